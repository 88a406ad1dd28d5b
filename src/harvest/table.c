/* SPDX-License-Identifier: MIT
 * table.c - the sources of the configuration, as the store has them, and which of them is due
 */
#include "harvest/table.h"
#include "harvest/schedule.h"

void table_init(struct table *table, struct harvest *harvest)
{
    *table = (struct table){.harvest = harvest, .arena = arena_new(SIZE_MAX)};
}

void table_release(struct table *table)
{
    arena_free(table->arena);
}

static struct error *want_sources(struct store *store, struct arena *arena, void *context)
{
    const struct conf *conf = context;
    struct wanted_source *wanted = ARENA_ARRAY(arena, struct wanted_source, conf->source_count);

    for (size_t i = 0; i < conf->source_count; i++)
        wanted[i] = (struct wanted_source){
            .id = conf->sources[i].id,
            .name = conf->sources[i].name,
            .feed = gather_address(&conf->sources[i]),
            .is_paused = conf->sources[i].paused,
        };
    return store_want_sources(store, wanted, conf->source_count);
}

static bool is_chosen(const struct harvest *harvest, span id)
{
    for (size_t i = 0; i < harvest->options.only_count; i++)
        if (span_equal(harvest->options.only[i], id))
            return true;
    return harvest->options.only_count == 0;
}

bool source_has_history(const struct source *source)
{
    return span_has(source->memory, "\"walk_to\"");
}

struct error *table_load(struct table *table)
{
    struct harvest *harvest = table->harvest;
    const struct conf *conf = harvest_conf(harvest);
    struct source *sources = NULL;
    size_t count = 0;

    arena_reset(table->arena);
    table->by_id = (struct map){.arena = table->arena};
    table->entries = ARENA_ARRAY(table->arena, struct entry, conf->source_count);
    table->entry_count = table->cursor = 0;
    TRY(writer_run(harvest->writer, want_sources, (void *)(uintptr_t)conf));
    TRY(store_sources(harvest->reader, table->arena, &sources, &count));
    for (size_t i = 0; i < count; i++) {
        const struct conf_source *wanted = conf_find_source(conf, sources[i].id);
        if (!wanted || !sources[i].is_wanted || gather_rung(wanted) == RUNG_NONE ||
            !is_chosen(harvest, sources[i].id))
            continue;
        struct entry *entry = &table->entries[table->entry_count++];
        *entry = (struct entry){
            .wanted = wanted, .source = sources[i], .has_history = source_has_history(&sources[i])};
        *map_at(&table->by_id, sources[i].id) = entry;
    }
    return OK;
}

static bool is_asleep(const struct entry *entry)
{
    return entry->source.state == SOURCE_PAUSED || entry->source.state == SOURCE_GONE;
}

bool table_is_due(const struct table *table, const struct entry *entry)
{
    const struct harvest_options *options = &table->harvest->options;

    if (entry->is_under_way)
        return false;
    if (entry->has_history && !is_asleep(entry))
        return true;
    if (options->is_once && entry->was_polled)
        return false;
    return schedule_is_due(&entry->source, clock_now(options->clock), options->is_forced && options->is_once);
}

struct entry *table_next_due(struct table *table)
{
    for (size_t i = 0; i < table->entry_count; i++) {
        struct entry *entry = &table->entries[(table->cursor + i) % table->entry_count];
        if (table_is_due(table, entry)) {
            table->cursor = (table->cursor + i + 1) % table->entry_count;
            return entry;
        }
    }
    return NULL;
}

bool table_has_grown(const struct table *table)
{
    return arena_used(table->arena) > 32 * MiB + table->entry_count * 4 * KiB;
}

struct entry *table_find(const struct table *table, span id)
{
    return map_get(&table->by_id, id);
}

int64_t table_next_poll_at(const struct table *table)
{
    int64_t soonest = INT64_MAX;

    for (size_t i = 0; i < table->entry_count; i++) {
        const struct entry *entry = &table->entries[i];
        if (!entry->is_under_way && !is_asleep(entry)) /* NO_TIME, as there and here, is long ago: due */
            soonest = MIN(soonest, entry->source.next_poll_at);
    }
    return soonest;
}

/* What texts it replaces stay until the next load: a few bytes a poll, given back when it has grown. */
void table_keep_row(struct table *table, struct entry *entry, const struct source *row)
{
    struct arena *arena = table->arena;

    entry->source = *row;
    entry->source.id = entry->wanted->id;
    entry->source.name = entry->wanted->name;
    entry->source.feed = gather_address(entry->wanted);
    entry->source.address = arena_keep(arena, row->address);
    entry->source.validators.etag = arena_keep(arena, row->validators.etag);
    entry->source.validators.last_modified = arena_keep(arena, row->validators.last_modified);
    entry->source.last_error = arena_keep(arena, row->last_error);
    entry->source.moved_to = arena_keep(arena, row->moved_to);
    entry->source.memory = arena_keep(arena, row->memory);
}
