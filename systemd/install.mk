# Installs the service below DESTDIR; `include` it, or run `make -f systemd/install.mk install`.

DESTDIR ?=
PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
BINARY ?= .build/release/heliograph
# STRIP=true installs the binary with its symbols, which backtraces need to name functions.
STRIP ?= strip

install_units_from := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
install_dashboards_from := $(install_units_from)/../dashboards
install_units := heliograph.service heliograph.socket heliograph-events.socket heliograph-http.socket \
    heliograph-udp.socket heliograph-carbon.socket heliograph-closed.target
install_drop_ins := local-only.conf no-network.conf
install_shared := $(wildcard $(install_dashboards_from)/*.json $(install_dashboards_from)/*.yml)

install_bin = $(DESTDIR)$(PREFIX)/bin
install_unit_dir = $(DESTDIR)$(PREFIX)/lib/systemd/system
install_catalog = $(DESTDIR)$(PREFIX)/lib/systemd/catalog
install_share = $(DESTDIR)$(PREFIX)/share/heliograph
install_etc = $(DESTDIR)$(SYSCONFDIR)/heliograph

.PHONY: install uninstall

install:
	install -D -m 0755 -s --strip-program="$(STRIP)" "$(BINARY)" "$(install_bin)/heliograph"
	install -d -m 0755 "$(install_unit_dir)" "$(install_share)" "$(install_etc)"
	for file in $(foreach unit,$(install_units),"$(install_unit_dir)/$(unit)") \
	    $(foreach drop_in,$(install_drop_ins),"$(install_share)/$(drop_in)"); do \
	    sed -e 's|/usr/bin/heliograph|$(PREFIX)/bin/heliograph|g' \
	        -e 's|/etc/heliograph/|$(SYSCONFDIR)/heliograph/|g' \
	        "$(install_units_from)/$${file##*/}" > "$$file" && chmod 0644 "$$file" || exit 1; \
	done
	test -e "$(install_etc)/heliograph.yml" \
	    || install -m 0644 "$(install_units_from)/heliograph.yml" "$(install_etc)/heliograph.yml"
	install -D -m 0644 "$(install_units_from)/heliograph.catalog" "$(install_catalog)/heliograph.catalog"
	for file in $(install_shared); do install -m 0644 "$$file" "$(install_share)/" || exit 1; done

# A configuration that differs from the one that was installed is somebody's work and stays.
uninstall:
	rm -f "$(install_bin)/heliograph" "$(install_catalog)/heliograph.catalog" $(foreach unit,$(install_units),"$(install_unit_dir)/$(unit)")
	rm -f $(foreach file,$(install_shared) $(install_drop_ins),"$(install_share)/$(notdir $(file))")
	if cmp -s "$(install_units_from)/heliograph.yml" "$(install_etc)/heliograph.yml"; then \
	    rm -f "$(install_etc)/heliograph.yml"; \
	fi
	for folder in "$(install_share)" "$(install_etc)"; do \
	    test ! -d "$$folder" || rmdir --ignore-fail-on-non-empty "$$folder"; \
	done
