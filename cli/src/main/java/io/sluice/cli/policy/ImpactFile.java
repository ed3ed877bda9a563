package io.sluice.cli.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.CommandFailure;
import io.sluice.core.encoding.CanonicalJson;
import io.sluice.core.encoding.MalformedJsonException;
import io.sluice.core.encoding.StrictJson;
import io.sluice.policies.impact.ImpactReport;
import io.sluice.policies.verify.VerifiedBundle;
import java.nio.file.Path;
import java.util.Map;

/** The report of an impact, from where it was made to the audit entry of the activation. Stateless. */
public final class ImpactFile {
    private ImpactFile() {}

    /** What the entry says of a report. */
    public static Map<String, Object> detail(ImpactReport report) {
        try {
            return ImpactReport.entryDetail(StrictJson.read(CanonicalJson.bytes(report.toJson())));
        } catch (MalformedJsonException e) {
            throw new IllegalStateException("A report is JSON", e);
        }
    }

    /** The same of a file. @throws CommandFailure where it is no report, or one about other bundles */
    public static Map<String, Object> detail(Path file, VerifiedBundle before, VerifiedBundle after) {
        try {
            JsonNode report = StrictJson.read(OfficerFiles.report(file));
            Map<String, Object> detail = ImpactReport.entryDetail(report);
            if (!before.digest().equals(detail.get("before")) || !after.digest().equals(detail.get("after"))) {
                throw new CommandFailure(
                        file + " reports on other bundles than the one in force and this one; make it anew:"
                                + " ./sluice policy impact BUNDLE --out FILE");
            }
            return detail;
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw new CommandFailure(file + " is no report of \"policy impact --out\": " + e.getMessage(), e);
        }
    }
}
