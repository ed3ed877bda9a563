package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the pages about the policy share: the way from one to the other, and the choice of a revision. Stateless. */
final class PolicyForm {
    static final String MATRIX = "/console/policy";
    static final String DIFF = "/console/policy/diff";
    static final String IMPACT = "/console/policy/impact";

    private PolicyForm() {}

    /** Links to the pages, the one that is shown marked. */
    static Html tabs(String here) {
        List<Html> items = new ArrayList<>();
        Map<String, String> pages = new java.util.LinkedHashMap<>();
        pages.put(MATRIX, "Matrix");
        pages.put(DIFF, "Differences");
        pages.put(IMPACT, "Impact");
        pages.forEach((path, name) -> {
            Html.Element link = link(path, name);
            items.add(of("li", path.equals(here) ? link.with("aria-current", "page") : link));
        });
        return of("nav", of("ul", Html.many(items)).is("tabs")).with("aria-label", "Policy");
    }

    /** A list of revisions, one of them chosen. */
    static Html revisions(String name, String label, List<Revision> all, Revision chosen) {
        List<Html> options = new ArrayList<>();
        for (Revision revision : all) {
            Html.Element option = of("option", revision.label()).with("value", revision.name());
            options.add(revision.equals(chosen) ? option.with("selected", "") : option);
        }
        return SearchPage.labelled(
                name,
                label,
                of("select", Html.many(options)).with("id", "f-" + name).with("name", name));
    }

    /** The form of a page. */
    static Html form(String path, String act, Html... fields) {
        List<Object> content = new ArrayList<>(List.of(fields));
        content.add(of("div", of("button", act).with("type", "submit")).is("act"));
        return of("form", content.toArray())
                .with("action", path)
                .with("method", "get")
                .with("autocomplete", "off")
                .is("card search");
    }
}
