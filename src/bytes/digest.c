/* SPDX-License-Identifier: MIT */
#include "bytes/digest.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

/* libcrypto starts itself up at the first of these calls; whoever needs no digest does not pay for it. It
 * fails only where memory is lacking or the installation is broken, and no name could be trusted then. */
static EVP_MD_CTX *digest_begin(void)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    if (!context || !EVP_DigestInit_ex(context, EVP_sha256(), NULL))
        memory_exhausted();
    return context;
}

static struct sha256 digest_end(EVP_MD_CTX *context)
{
    struct sha256 digest;

    if (!EVP_DigestFinal_ex(context, digest.at, NULL))
        memory_exhausted();
    EVP_MD_CTX_free(context);
    return digest;
}

struct sha256 digest_sha256(span bytes)
{
    EVP_MD_CTX *context = digest_begin();

    EVP_DigestUpdate(context, bytes.at, bytes.len);
    return digest_end(context);
}

struct digest_run {
    EVP_MD_CTX *context;
};

struct digest_run *digest_run_new(void)
{
    struct digest_run *run = memory_new(sizeof *run);

    run->context = digest_begin();
    return run;
}

void digest_run_free(struct digest_run *run)
{
    if (run)
        EVP_MD_CTX_free(run->context);
    free(run);
}

void digest_run_add(struct digest_run *run, span bytes)
{
    EVP_DigestUpdate(run->context, bytes.at, bytes.len);
}

struct sha256 digest_run_end(struct digest_run *run)
{
    struct sha256 digest = digest_end(run->context);

    run->context = digest_begin();
    return digest;
}

struct sha256 digest_parts(const span *parts, size_t count)
{
    EVP_MD_CTX *context = digest_begin();

    for (size_t i = 0; i < count; i++) {
        unsigned char len[8]; /* big-endian on every machine: digests are stored */
        for (size_t k = 0; k < sizeof len; k++)
            len[k] = (unsigned char)((uint64_t)parts[i].len >> (56 - 8 * k));
        EVP_DigestUpdate(context, len, sizeof len);
        EVP_DigestUpdate(context, parts[i].at, parts[i].len);
    }
    return digest_end(context);
}

static void write_hex(char *text, const unsigned char *at, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[at[i] >> 4];
        text[2 * i + 1] = digits[at[i] & 15];
    }
}

span digest_hex(struct arena *arena, struct sha256 digest)
{
    char *text = arena_alloc(arena, 2 * sizeof digest.at + 1);

    write_hex(text, digest.at, sizeof digest.at);
    return (span){text, 2 * sizeof digest.at};
}

static bool ends_with(span bytes, const EVP_MD *kind)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    size_t sum = (size_t)EVP_MD_size(kind);

    if (bytes.len < sum)
        return false;
    if (!EVP_Digest(bytes.at, bytes.len - sum, digest, &size, kind, NULL))
        memory_exhausted();
    return memcmp(bytes.at + bytes.len - sum, digest, sum) == 0;
}

bool digest_ends_bytes(span bytes)
{
    return ends_with(bytes, EVP_sha1()) || ends_with(bytes, EVP_sha256());
}

bool digest_is_git_name(span name, span bytes)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char digest[EVP_MAX_MD_SIZE];
    char head[32], hex[2 * EVP_MAX_MD_SIZE];
    int head_len = snprintf(head, sizeof head, "blob %zu", bytes.len) + 1; /* with its NUL */
    unsigned size = 0;

    if (!context || !EVP_DigestInit_ex(context, name.len == 40 ? EVP_sha1() : EVP_sha256(), NULL))
        memory_exhausted();
    EVP_DigestUpdate(context, head, (size_t)head_len);
    EVP_DigestUpdate(context, bytes.at, bytes.len);
    if (!EVP_DigestFinal_ex(context, digest, &size))
        memory_exhausted();
    EVP_MD_CTX_free(context);
    write_hex(hex, digest, size);
    return span_equal(name, (span){hex, 2 * size});
}

uint64_t digest_fast(span bytes)
{
    return XXH3_64bits(bytes.at, bytes.len);
}
