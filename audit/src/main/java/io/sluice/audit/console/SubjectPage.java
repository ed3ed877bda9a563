package io.sluice.audit.console;

import static io.sluice.audit.console.Html.of;

import io.sluice.audit.api.LogDesk;
import io.sluice.audit.query.QueryPage;
import java.util.List;
import java.util.Map;

/** All that the log says about one subject, in its order. Stateless. */
final class SubjectPage {
    private SubjectPage() {}

    static Html content(LogDesk desk, String reference, Map<String, String> parameters, QueryPage found) {
        return Html.many(List.of(
                of("h1", "Subject"),
                of("p", Frame.copied(reference)),
                of(
                                "p",
                                "Records, choices and acts about this subject, the oldest first. The reference says nothing"
                                        + " about the person without the key that it was made under.")
                        .is("quiet"),
                of(
                                "section",
                                EntryList.list(desk, found),
                                EntryList.pages(Addresses.subject(reference), parameters, found))
                        .is("timeline")));
    }
}
