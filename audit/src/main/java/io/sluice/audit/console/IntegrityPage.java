package io.sluice.audit.console;

import static io.sluice.audit.console.Html.link;
import static io.sluice.audit.console.Html.of;

import io.sluice.audit.api.LogDesk;
import io.sluice.audit.note.Checkpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What an auditor keeps of the log, and how it is checked without believing this server. Stateless. */
final class IntegrityPage {
    private IntegrityPage() {}

    static Html content(LogDesk desk, RollingVerification rolling) {
        Checkpoint checkpoint = desk.checkpoint();
        String note = new String(desk.signedCheckpoint(), StandardCharsets.UTF_8);
        return Html.many(List.of(
                of("h1", "Integrity"),
                of(
                                "p",
                                "The log is a Merkle tree over all entries. Whoever keeps a checkpoint can tell later whether"
                                        + " anything before it was altered, moved or taken out.")
                        .is("lead"),
                Frame.section(
                        "Newest checkpoint",
                        Frame.facts(
                                "Origin",
                                of("code", checkpoint.origin()).is("wrap"),
                                "Tree size",
                                Frame.number(checkpoint.size()) + " entries",
                                "Root",
                                Frame.copied(checkpoint.root().toBase64()),
                                "Signed by",
                                Frame.copied(desk.key().toString())),
                        of("details", of("summary", "The signed note"), of("pre", note)),
                        of(
                                "p",
                                link("/api/v1/checkpoint", "Keep it").with("download", "checkpoint"),
                                " to compare later.")),
                Frame.section("What this server finds", VerdictList.whole(rolling), proves()),
                Frame.section(
                        "Check it yourself",
                        of("pre", "./sluice audit verify LOG --key log.vkey --witness WITNESS --since MINE"),
                        of(
                                        "p",
                                        "LOG is the address or a copy of the log; log.vkey the key that you were given, not one"
                                                + " that this server shows you; WITNESS the key of somebody whom you believe;"
                                                + " MINE the checkpoint that you kept. Leave out what you do not have.")
                                .is("quiet"))));
    }

    private static Html proves() {
        return of(
                "p",
                of("strong", "A server's own verdict proves nothing to a stranger: "),
                "whoever can change the log can change what is shown here. It tells the operator early. What you believe is"
                        + " what you derive yourself from the bytes.");
    }
}
