package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.audit.api.Cursor;
import io.sluice.audit.api.LogDesk;
import io.sluice.audit.query.QueryPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Entries one below the other, each as a sentence, and the way to the next page. Stateless. */
final class EntryList {
    private EntryList() {}

    static Html list(LogDesk desk, QueryPage page) {
        List<Html> items = new ArrayList<>();
        page.entries().forEach(found -> items.add(item(desk, found)));
        return items.isEmpty()
                ? Html.of("p", "Nothing was found.").is("empty")
                : of("ol", Html.many(items)).is("entries");
    }

    private static Html item(LogDesk desk, QueryPage.Found found) {
        JsonNode entry = found.entry();
        String word =
                entry.path("outcome").path("code").asText(entry.path("code").asText(""));
        return Html.of(
                "li",
                Html.of(
                                "p",
                                link(Addresses.entry(found.index()), Frame.number(found.index()))
                                        .is("index"),
                                Frame.time(entry.path("time")
                                        .asText(entry.path("recorded").asText(""))),
                                Frame.badge(word))
                        .is("line"),
                Html.of("p", desk.sentence(found)).is("sentence"));
    }

    /** Links to the first page and to the next one. @param path with the parameters of this page */
    static Html pages(String path, Map<String, String> parameters, QueryPage page) {
        Map<String, String> same = new TreeMap<>(parameters);
        same.remove("at");
        List<Html> links = new ArrayList<>();
        if (parameters.containsKey("at")) {
            links.add(link(Addresses.with(path, same), "First page"));
        }
        page.next().ifPresent(next -> {
            Map<String, String> further = new TreeMap<>(same);
            further.put("at", Cursor.text(next));
            links.add(link(Addresses.with(path, further), "Next page").with("rel", "next"));
        });
        return links.isEmpty()
                ? Html.none()
                : Html.of("nav", Html.many(links)).is("pages").with("aria-label", "Pages");
    }
}
