# mod_game: `make help` lists the targets.
#
# What is missing on a Debian machine is installed first (as root), by
# t/bin/packages.sh; CFLAGS, CPPFLAGS and LDFLAGS are honoured.

B       ?= build
GEN     := $(B)/generated
DIR     ?=
PORT    ?= 8080
DOCS    := build/docs
DESTDIR ?=

# Files of mod_game/ that need no more of httpd than t/unit/stub.c gives and
# that the unit tests link beside strategies/ and dsl/.
UNIT_MODULE_SRC ?= $(addprefix mod_game/,game.c json.c json_make.c json_write.c schema.c \
                   calendar.c schema_value.c error.c cache.c batch.c \
                   economy_inputs.c ids.c metrics_text.c limit_key.c \
                   limit_table.c) $(wildcard mod_game/campaigns/*.c)
# Those that the vectors of analytics link, and the cells of their rows.
VECTORS_MODULE_SRC := mod_game/json.c mod_game/json_make.c \
                   mod_game/json_write.c mod_game/game.c \
                   mod_game/calendar.c \
                   $(wildcard mod_game/campaigns/*.c) \
                   mod_game/economy_inputs.c t/unit/cells.c

.DEFAULT_GOAL := all
GOALS   := $(or $(MAKECMDGOALS),all)

# ---- packages: once an invocation, none of them for `clean` and `help` ----

NEED := build
ifneq ($(filter run migrate sandbox contract browser test-api-fuzz,$(GOALS)),)
NEED += run
endif
ifneq ($(filter test unit vectors api valgrind asan bench bench-export bench-campaigns soak replay fuzz,$(GOALS)),)
NEED += run test
endif
ifneq ($(filter test browser,$(GOALS)),)
NEED += browser
endif
ifneq ($(filter fuzz,$(GOALS)),)
NEED += fuzz
endif
ifneq ($(filter deb deb-test,$(GOALS)),)
NEED += deb
endif
ifneq ($(filter deb-test,$(GOALS)),)
NEED += root
endif
ifneq ($(filter test-api-fuzz,$(GOALS)),)
NEED += api-fuzz
endif
ifeq ($(filter-out clean help sandbox-stop enable,$(GOALS)),)
GAME_PACKAGES := none
endif
ifneq ($(findstring n,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),)
GAME_PACKAGES := dry
endif
ifndef GAME_PACKAGES
PACKAGES_SAID := $(shell sh t/bin/packages.sh $(sort $(NEED)) >&2)
ifneq ($(.SHELLSTATUS),0)
$(error packages are missing)
endif
export GAME_PACKAGES := there
endif

include apxs.mk

# ---- flags ----

CFLAGS  ?= -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2
LDFLAGS ?= -Wl,-z,relro -Wl,-z,now
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
           -Wformat=2 -Wno-missing-field-initializers
ifneq ($(filter true 1,$(CI) $(WERROR)),)
WARN    += -Werror
endif
OURS     = -std=c11 -D_GNU_SOURCE -fPIC -fvisibility=hidden \
           -ffile-prefix-map=$(CURDIR)=. $(WARN)
INCLUDES = -I$(GEN) -Imod_game -Imod_game/campaigns -Istrategies -Idsl
# as other people's modules are compiled: of ours, the installed header alone
FOREIGN  = $(CC) $(OURS) -I$(B)/include $(SYSTEM_CPPFLAGS) $(CPPFLAGS) \
           $(CFLAGS)
COMPILE  = $(CC) $(OURS) $(INCLUDES) $(SYSTEM_CPPFLAGS) $(CPPFLAGS) $(CFLAGS)

# `make V=1` shows the commands
V       ?=
say      = $(if $(V),,@echo '  $(1)  $@';)

# ---- sources ----

STATEMENTS  := $(wildcard sql/statements/*.sql)
PURE_SRC    := $(wildcard strategies/*.c dsl/*.c)

MODULE_SRC  := $(filter-out mod_game/db_statements.c, \
               $(wildcard mod_game/*.c mod_game/api/*.c \
               mod_game/campaigns/*.c)) $(PURE_SRC)
VECTORS_SRC := $(wildcard t/unit/vectors*.c)
UNIT_SRC    := $(filter-out $(VECTORS_SRC),$(wildcard t/unit/*.c))
object       = $(patsubst %.c,$(B)/obj/%.o,$(1))
PURE_OBJ    := $(call object,$(PURE_SRC))
MODULE_OBJ  := $(call object,$(MODULE_SRC)) $(B)/obj/db_statements.o \
               $(B)/obj/graphs.o $(B)/obj/placeholder.o
UNIT_OBJ    := $(call object,$(sort $(UNIT_SRC) $(UNIT_MODULE_SRC))) \
               $(PURE_OBJ) $(B)/obj/placeholder.o
VECTORS_OBJ := $(call object,$(VECTORS_SRC) $(VECTORS_MODULE_SRC)) \
               $(PURE_OBJ) $(B)/obj/db_statements.o $(B)/obj/placeholder.o
BENCH_OBJ   := $(call object,t/bench/dsl_bench.c) $(PURE_OBJ)
CAMPAIGN_BENCH_OBJ := $(call object,t/bench/campaign_bench.c \
               $(VECTORS_MODULE_SRC)) $(PURE_OBJ) $(B)/obj/placeholder.o
FUZZERS     := $(patsubst t/fuzz/fuzz_%.c,%,$(wildcard t/fuzz/fuzz_*.c))
FUZZ_OBJ    := $(call object,t/unit/stub.c t/unit/cells.c t/unit/fixture.c \
               $(UNIT_MODULE_SRC)) $(PURE_OBJ) $(B)/obj/placeholder.o
EXAMPLE     := $(B)/modules/mod_game_example.so
DEPS        := $(patsubst %.o,%.d,$(sort $(MODULE_OBJ) $(UNIT_OBJ) \
               $(VECTORS_OBJ) $(BENCH_OBJ) \
               $(call object,$(wildcard t/fuzz/*.c) mod_game/manual/table.c \
               t/bench/metrics_bench.c)))

.PHONY: all build manual docs run test unit guard api contract vectors migrate \
        test-api-fuzz browser \
        sandbox sandbox-stop install enable deb deb-test bench bench-export \
        bench-campaigns soak replay \
        valgrind asan fuzz clean \
        help FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

all: build

build: $(B)/mod_game.so

$(B)/mod_game.so: $(MODULE_OBJ) mod_game/mod_game.map
	$(call say,LINK)$(CC) -shared $(CFLAGS) $(LDFLAGS) \
	    -Wl,--version-script=mod_game/mod_game.map -o $@ $(MODULE_OBJ) $(MODULE_LIBS)

# Written anew only when it says something else: other flags compile anew.
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(COMPILE) $(LDFLAGS)' | cmp -s - $@ || \
	    printf '%s\n' '$(COMPILE) $(LDFLAGS)' > $@

# The generator leaves files alone that would not change: the stamp is what
# is compared with the statements.
$(GEN)/stamp: sql/statements.pl sql/statements $(STATEMENTS)
	@mkdir -p $(GEN)
	perl sql/statements.pl $(GEN)
	@touch $@

$(GEN)/db_statements.h $(GEN)/db_statements.c: $(GEN)/stamp ;

$(B)/obj/db_statements.o: $(GEN)/db_statements.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<

$(GEN)/graphs.c: strategies/graphs.pl $(wildcard strategies/graphs/*.dot)
	@mkdir -p $(GEN)
	perl strategies/graphs.pl $(GEN)

$(B)/obj/graphs.o: $(GEN)/graphs.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<

# the template of games that have none
$(GEN)/placeholder.c: mod_game/campaigns/placeholder.pl \
                      $(wildcard mod_game/campaigns/placeholder/*.* \
                      mod_game/campaigns/placeholder/*/*.*)
	@mkdir -p $(GEN)
	perl mod_game/campaigns/placeholder.pl $(GEN)

$(B)/obj/placeholder.o: $(GEN)/placeholder.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -MMD -MP -c -o $@ $<

$(B)/obj/%.o: %.c $(B)/flags | $(GEN)/db_statements.h
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) $(if $(filter t/%,$<),$(CHECK_CFLAGS)) -MMD -MP -c -o $@ $<

$(B)/include/mod_game/game_strategy.h: strategies/game_strategy.h
	@mkdir -p $(@D)
	@cp $< $@

$(B)/modules/%.so: t/modules/%.c $(B)/include/mod_game/game_strategy.h $(B)/flags
	@mkdir -p $(@D)
	$(call say,LINK)$(FOREIGN) -shared $(LDFLAGS) -o $@ $< -lm

$(B)/unit-tests: $(UNIT_OBJ)
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(UNIT_OBJ) $(UNIT_LIBS)

$(B)/game-vectors: $(VECTORS_OBJ)
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(VECTORS_OBJ) $(MODULE_LIBS) $(APR_LIBS)

$(B)/campaign-bench: $(CAMPAIGN_BENCH_OBJ)
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(MODULE_LIBS) $(APR_LIBS)

$(B)/dsl-bench: $(BENCH_OBJ)
	$(call say,LINK)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(BENCH_OBJ) $(PURE_LIBS)

# a target of t/fuzz with what calls it: replay.c, or libFuzzer
define fuzzer
$(B)/replay_$(1): $(B)/obj/t/fuzz/fuzz_$(1).o $(B)/obj/t/fuzz/replay.o \
                  $(FUZZ_OBJ)
	$$(call say,LINK)$$(CC) $$(CFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(UNIT_LIBS)

$(B)/fuzz_$(1): $(B)/obj/t/fuzz/fuzz_$(1).o $(FUZZ_OBJ)
	$$(call say,LINK)$$(CC) $$(CFLAGS) $$(LDFLAGS) -fsanitize=fuzzer -o $$@ $$^ $$(UNIT_LIBS)
endef
$(foreach name,$(FUZZERS),$(eval $(call fuzzer,$(name))))

-include $(DEPS)

# ---- the manual: what it says of directives and endpoints comes from the
# module's own objects, without httpd's symbols, which nothing calls ----

MANUAL_SRC := $(wildcard mod_game/manual/*.txt mod_game/manual/pages/*.txt) \
              mod_game/manual/manual.css mod_game/manual/manual.pl

# as manual-table: the module's objects without httpd
$(B)/metrics-bench: $(call object,t/bench/metrics_bench.c) $(MODULE_OBJ)
	$(call say,LINK)$(CC) $(CFLAGS) -no-pie -Wl,-z,lazy \
	    -Wl,--unresolved-symbols=ignore-all -o $@ $^ $(MODULE_LIBS) $(APR_LIBS)

$(B)/manual-table: $(B)/obj/mod_game/manual/table.o $(MODULE_OBJ)
	$(call say,LINK)$(CC) $(CFLAGS) -no-pie -Wl,-z,lazy \
	    -Wl,--unresolved-symbols=ignore-all -o $@ $^ $(MODULE_LIBS) $(APR_LIBS)

# the sources too: log tags are read there
$(B)/manual/index.html: $(B)/manual-table $(MANUAL_SRC) $(MODULE_SRC)
	$(call say,MANUAL)perl mod_game/manual/manual.pl $(B)/manual-table $(@D)
	@touch $@

manual: $(B)/manual/index.html

# ---- pages of the API document: what GameDocsDir holds ----

docs:
	@sh mod_game/docs/fetch.sh $(DOCS)

# ---- running ----

export GAME_BUILD := $(B)

run: build docs
	@exec sh t/bin/server.sh run "$(PORT)"

sandbox: build docs
	@sh t/bin/server.sh sandbox

sandbox-stop:
	@sh t/bin/server.sh sandbox-stop

migrate:
	@sh sql/migrate.sh

# ---- testing ----

test: build docs manual $(B)/unit-tests $(B)/game-vectors $(EXAMPLE) fuzz-replay
	@sh t/bin/test.sh

unit: $(B)/unit-tests
	$(B)/unit-tests

vectors: $(B)/game-vectors
	@sh t/bin/vectors.sh "$(or $(DIR),t/vectors)"

guard: build manual
	@sh t/bin/guards.sh

api: build docs $(EXAMPLE)
	@sh t/bin/api.sh $(TESTS)

ifeq ($(DIR),)
contract: build docs
	@sh t/bin/server.sh with-sandbox python3 t/bin/contract.py t/contract
else
contract: build docs
	@sh t/bin/server.sh play "$(DIR)"
endif

browser: build
	@sh t/browser/run.sh $(if $(SHOTS),--shots "$(SHOTS)")

test-api-fuzz: build docs
	@sh t/bin/server.sh with-sandbox sh t/fuzz/api.sh

bench: build $(B)/dsl-bench $(B)/metrics-bench
	@sh t/bench/run.sh

soak: build
	@sh t/bench/soak.sh

bench-export: build
	@sh t/bench/export.sh

bench-campaigns: build $(B)/campaign-bench
	@sh t/bench/campaigns.sh

replay: build
	@sh t/bench/replay.sh

valgrind: $(B)/unit-tests
	CK_FORK=no valgrind -q --error-exitcode=9 --leak-check=full \
	    --errors-for-leak-kinds=definite $(B)/unit-tests

SANITIZE := -fsanitize=address,undefined
asan:
	@$(MAKE) --no-print-directory B=build/asan LDFLAGS="$(SANITIZE)" \
	    CFLAGS="-O1 -g -fno-omit-frame-pointer $(SANITIZE)" asan-run

.PHONY: asan-run
asan-run: build docs $(B)/unit-tests $(EXAMPLE)
	CK_FORK=no ASAN_OPTIONS=detect_leaks=0 \
	    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 $(B)/unit-tests
	@GAME_ASAN=1 sh t/bin/api.sh $(TESTS)

# what ends a fuzzer, and a replay of its corpus: any report
FUZZ_SECONDS ?= 60
FUZZ_CFLAGS  := -O1 -g -fno-omit-frame-pointer $(SANITIZE) \
                -fno-sanitize-recover=all
export FUZZ_SECONDS FUZZERS

.PHONY: fuzz-replay
fuzz-replay:
	@$(MAKE) --no-print-directory B=$(B)/fuzz-replay LDFLAGS= \
	    CFLAGS="$(FUZZ_CFLAGS)" $(FUZZERS:%=$(B)/fuzz-replay/replay_%)

fuzz:
	@$(MAKE) --no-print-directory B=$(B)/fuzz LDFLAGS= CC=clang \
	    CFLAGS="$(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link" \
	    $(FUZZERS:%=$(B)/fuzz/fuzz_%)
	@sh t/fuzz/run.sh

# ---- installing: files only; `make enable` switches the module on ----

install: build manual docs
	install -d "$(DESTDIR)$(HTTPD_LIBEXECDIR)" \
	    "$(DESTDIR)/etc/apache2/mods-available" \
	    "$(DESTDIR)/usr/share/mod_game/sql/migrations" \
	    "$(DESTDIR)/usr/share/mod_game/conf" "$(DESTDIR)/usr/sbin" \
	    "$(DESTDIR)/usr/share/mod_game/manual" \
	    "$(DESTDIR)/usr/share/mod_game/docs" \
	    "$(DESTDIR)/usr/include/mod_game"
	cd mod_game/campaigns && find templates workflows play -type f \
	    -exec install -D -m 644 {} \
	    "$(DESTDIR)/usr/share/mod_game/campaigns/{}" \;
	install -m 644 $(B)/mod_game.so "$(DESTDIR)$(HTTPD_LIBEXECDIR)"
	install -m 644 conf/game.load conf/game.conf \
	    "$(DESTDIR)/etc/apache2/mods-available"
	install -m 644 conf/game-oidc.conf conf/game-log.conf conf/game-campaigns.conf \
	    conf/game-alerts.yml \
	    "$(DESTDIR)/usr/share/mod_game/conf"
	install -m 644 $(DOCS)/* "$(DESTDIR)/usr/share/mod_game/docs"
	install -m 755 sql/migrate.sh "$(DESTDIR)/usr/share/mod_game/sql"
	install -m 644 sql/migrations/*.sql \
	    "$(DESTDIR)/usr/share/mod_game/sql/migrations"
	install -m 755 sql/game-migrate "$(DESTDIR)/usr/sbin"
	install -m 644 $(B)/manual/*.html $(B)/manual/*.css \
	    "$(DESTDIR)/usr/share/mod_game/manual"
	install -m 644 strategies/game_strategy.h \
	    "$(DESTDIR)/usr/include/mod_game"

enable:
	a2enmod game

deb:
	@sh t/bin/deb.sh

deb-test:
	@sh t/bin/deb_test.sh

clean:
	rm -rf build

help:
	@sed -n 's/^#- //p' $(firstword $(MAKEFILE_LIST))

#- make              build/mod_game.so, and what it needs on Debian (as root)
#- make run          httpd and a private Postgres under var/; PORT=8080, or
#-                   PGHOST= DATABASE= PGUSER= PGPORT= for a server of yours
#- make docs         fetches the files of /docs and /redocs (by npm)
#- make test         unit, vectors, guard, api, contract, a short replay, and
#-                   the corpus of fuzz
#- make unit         unit tests
#- make vectors      strategies against known results; DIR=folder of vectors
#- make manual       build/manual: pages in HTML; make install installs them
#- make guard        rules of the source that a machine can check
#- make api          Apache::Test suites; TESTS="t/api/config.t ..."
#-                   GAME_TEST_MPM=event|worker|prefork
#- make contract     scenarios of t/contract, or of DIR=folder
#- make browser      campaigns played in Chromium; SHOTS=folder for pictures,
#-                   GAME_BROWSER_URL= of campaigns of a server that runs
#- make sandbox      throwaway server in the background: var/sandbox.env
#- make sandbox-stop ends it
#- make migrate      applies sql/migrations; PG* or DATABASE= say where
#- make bench        load figures; make replay: recorded events
#- make bench-export a million rows in every form: memory and pace
#- make bench-campaigns
#-                   runs cold and from cache, and triggers, beside limits
#- make soak         an hour of mixed load: does anything grow?
#- make valgrind     unit tests under memcheck
#- make asan         unit and API tests with address and undefined sanitizers
#- make fuzz         fuzzers of t/fuzz, FUZZ_SECONDS=60 of each, by clang
#- make test-api-fuzz
#-                   generated requests against the API document, by
#-                   schemathesis; GAME_FUZZ_EXAMPLES=20 GAME_FUZZ_SEED=1
#- make install      DESTDIR= honoured; the live configuration is not touched
#- make enable       a2enmod game
#- make deb          the Debian package: build/deb
#- make deb-test     it is installed, used, upgraded and purged in a new root
#- make clean
