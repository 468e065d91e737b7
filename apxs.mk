# What apxs, apr-1-config, apu-1-config and pkg-config answer; no rules.
# Every value is asked for when it is first used and kept.

APXS         ?= apxs
APR_CONFIG   ?= apr-1-config
APU_CONFIG   ?= apu-1-config
PKG_CONFIG   ?= pkg-config

MODULE_PKGS  := jansson libpq libcrypto libpcre2-8 hiredis xlsxwriter libcurl
ask = $(eval $(1) := $(shell $(2)))$($(1))
system = $(patsubst -I%,-isystem %,$(filter-out -I/usr/include -I.,$(1)))

HTTPD_INCLUDEDIR = $(call ask,HTTPD_INCLUDEDIR,$(APXS) -q INCLUDEDIR)
HTTPD_LIBEXECDIR = $(call ask,HTTPD_LIBEXECDIR,$(APXS) -q LIBEXECDIR)
APR_CPPFLAGS = $(call ask,APR_CPPFLAGS,$(APR_CONFIG) --cppflags --includes)
APU_CPPFLAGS = $(call ask,APU_CPPFLAGS,$(APU_CONFIG) --includes)
APR_LIBS     = $(call ask,APR_LIBS,$(APU_CONFIG) --link-ld; \
                 $(APR_CONFIG) --link-ld)
PKG_CPPFLAGS = $(call ask,PKG_CPPFLAGS,$(PKG_CONFIG) --cflags $(MODULE_PKGS))
MODULE_PKG_LIBS = $(call ask,MODULE_PKG_LIBS,$(PKG_CONFIG) --libs \
                 $(MODULE_PKGS))
PURE_PKG_LIBS = $(call ask,PURE_PKG_LIBS,$(PKG_CONFIG) --libs jansson \
                 libcrypto libpcre2-8)
MODULE_LIBS  = $(MODULE_PKG_LIBS) -lm
PURE_LIBS    = $(PURE_PKG_LIBS) $(APR_LIBS) -lm
CHECK_CFLAGS = $(call ask,CHECK_CFLAGS,$(PKG_CONFIG) --cflags check)
CHECK_LIBS   = $(call ask,CHECK_LIBS,$(PKG_CONFIG) --libs check)
CURL_LIBS    = $(call ask,CURL_LIBS,$(PKG_CONFIG) --libs libcurl)
UNIT_LIBS    = $(CHECK_LIBS) $(CURL_LIBS) $(PURE_LIBS)

# foreign headers are system headers: warnings are about our own
SYSTEM_CPPFLAGS = -isystem $(HTTPD_INCLUDEDIR) $(call system, \
                 $(sort $(APR_CPPFLAGS) $(APU_CPPFLAGS) $(PKG_CPPFLAGS)))
