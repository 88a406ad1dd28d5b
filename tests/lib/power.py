# SPDX-License-Identifier: MIT
"""power: a disk whose power can be cut, which then has what was flushed to it, and nothing else.

An ext4 on a loop device, over a file that nbdfuse shows of an nbdkit with a write-back cache: what was written and not
flushed is in nbdkit's memory alone, and gone when it is killed. Needs root, /dev/fuse, loop devices, nbdkit and nbdfuse.
"""
import os
import shutil
import signal
import subprocess
import time


def what_is_missing():
    """A word on why there can be no such disk here; None: there can."""
    if os.geteuid() != 0:
        return "only root may mount"
    for program in ("mkfs.ext4", "losetup", "mount", "nbdkit", "nbdfuse"):
        if not shutil.which(program):
            return f"{program} is not installed"
    for device in ("/dev/fuse", "/dev/loop-control"):
        if not os.path.exists(device):
            return f"there is no {device}"
    return None


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout.strip()


def wait_until(condition, what):
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise OSError(f"waited for {what} in vain")
        time.sleep(0.01)


class Disk:
    def __init__(self, folder, size=256 << 20):
        self.folder, self.raw = folder, os.path.join(folder, "raw")
        self.shown, self.mounted = os.path.join(folder, "shown"), os.path.join(folder, "mounted")
        self.server = self.bridge = self.device = None
        self.is_mounted = False
        os.makedirs(self.shown)
        os.makedirs(self.mounted)
        with open(self.raw, "wb") as file:
            file.truncate(size)
        run("mkfs.ext4", "-q", "-F", self.raw)

    def start(self):
        """Power on: what was flushed is below `mounted`."""
        socket, disk = os.path.join(self.folder, "socket"), os.path.join(self.shown, "disk")
        if os.path.exists(socket):
            os.remove(socket)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.server = subprocess.Popen(["nbdkit", "-f", "-U", socket, "--filter=cache", "file", self.raw, "cache=writeback"], **quiet)
        self.wait_for(socket)
        self.bridge = subprocess.Popen(["nbdfuse", disk, "--unix", socket], **quiet)
        self.wait_for(disk)
        self.device = run("losetup", "--find", "--show", disk)
        run("mount", "-t", "ext4", self.device, self.mounted)
        self.is_mounted = True

    def wait_for(self, path):
        wait_until(lambda: os.path.exists(path) or self.server.poll() is not None, path)
        if self.server.poll() is not None:
            raise OSError(f"{path} did not come")

    def is_detached(self):
        """When the last file is closed."""
        return self.device not in run("losetup", "--noheadings", "--output", "NAME").split()

    def cut(self):
        """Power off, at once."""
        if self.server:
            self.server.send_signal(signal.SIGKILL)
            self.server.wait()
            self.server = None
        if self.is_mounted:
            run("umount", "-l", self.mounted)
            self.is_mounted = False
        if self.device:
            run("losetup", "--detach", self.device)
            wait_until(self.is_detached, self.device)
            self.device = None
        if self.bridge:
            self.bridge.send_signal(signal.SIGKILL)
            self.bridge.wait()
            self.bridge = None
            subprocess.run(["umount", "-l", self.shown], capture_output=True, check=False)
