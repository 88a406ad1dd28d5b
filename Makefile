# Courant's makefile is thin: Meson builds, this says what is usual. `make help` lists what there is.

BUILD ?= build
PREFIX ?= /usr/local
SECONDS ?= 60
export BUILD

# Debian 12 and 13. What the program needs to be built and run, ...
PACKAGES = gcc libc6-dev meson ninja-build pkgconf python3 git ca-certificates tzdata \
	libbrotli-dev libcurl4-openssl-dev libicu-dev libmodest-dev libpcre2-dev libpsl-dev libsqlite3-dev \
	libssl-dev libuchardet-dev libutf8proc-dev libxml2-dev libxxhash-dev libzstd-dev zlib1g-dev
# ... its tests besides, ...
TEST_PACKAGES = libcmocka-dev strace
# ... and what reads the source: Debian 12's versions, so that all agree on what is tidy.
LINT_PACKAGES = clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev shellcheck

.PHONY: help deps deps-test deps-lint build run test bench lint fuzz install uninstall clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 14

deps: ## install what the program needs (Debian; root or sudo)
	@script/install-packages $(PACKAGES)

deps-test: deps ## install what its tests need besides
	@script/install-packages $(TEST_PACKAGES)

deps-lint: deps-test ## install what lint and fuzz need besides
	@script/install-packages $(LINT_PACKAGES)

build: $(BUILD)/build.ninja ## build the program: build/courant
	ninja -C $(BUILD) program

$(BUILD)/build.ninja:
	meson setup $(BUILD) --prefix=$(PREFIX)

run: deps build ## harvest the sample newsroom of examples/ into ./newsroom
	@examples/run

test: deps-test ## build and run all tests
	@script/test $(BUILD)

bench: deps build ## measure, beside what others do on this machine
	@script/bench

lint: deps-lint ## check format, warnings, scripts
	@script/lint

fuzz: deps-lint ## fuzz each target for SECONDS=60, two at a time
	@script/fuzz $(SECONDS)

install: build ## install into PREFIX=/usr/local, below DESTDIR
	meson configure $(BUILD) -Dprefix=$(PREFIX)
	ninja -C $(BUILD) program
	meson install -C $(BUILD) --no-rebuild

uninstall: ## take away what install put there
	ninja -C $(BUILD) uninstall

clean: ## remove what was built (not ./newsroom)
	rm -rf $(BUILD) build-*
