/* SPDX-License-Identifier: MIT
 * response.h - what came back for a request
 */
#pragma once
#include "model/source.h"

struct response {
    int status;         /* HTTP; 304 included */
    span url;           /* the final one, after redirects */
    span permanent_url; /* where 301 and 308 led from the start of the chain, before any temporary hop; empty:
                           nowhere */
    span body;          /* Content-Encoding undone */
    bool is_complete;   /* the body's end was there; false: cut short, but the document may be whole */
    struct validators validators; /* of the final URL's answer; empty where the body was cut short */
    span content_type, content_location, content_language, retry_after, cache_control, expires, age, date;
    span *links; /* Link headers, each as it came */
    size_t link_count;
    int64_t received_at;
    int64_t took_ms;
};
