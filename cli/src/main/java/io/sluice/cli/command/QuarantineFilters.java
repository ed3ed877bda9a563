package io.sluice.cli.command;

import io.sluice.cli.quarantine.Selection;
import io.sluice.core.audit.ReasonCode;
import io.sluice.core.event.IngressPosition;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say which quarantined records are meant. */
final class QuarantineFilters {
    @Option(
            names = "--reason",
            paramLabel = "CODE",
            converter = ReasonText.class,
            completionCandidates = ReasonCodes.class,
            description = "A reason code, as key-unavailable.")
    private @Nullable ReasonCode reason;

    @Option(names = "--dataset", paramLabel = "ID", description = "Only of that dataset.")
    private @Nullable String dataset;

    @Option(names = "--recipient", paramLabel = "ID", description = "A recipient for whom it is still open.")
    private @Nullable String recipient;

    @Option(names = "--since", paramLabel = "TIME", description = "Not quarantined before, RFC 3339.")
    private @Nullable Instant since;

    boolean isEmpty() {
        return reason == null && dataset == null && recipient == null && since == null;
    }

    Selection selection(Set<IngressPosition> positions) {
        return new Selection(positions, reason, dataset, recipient, since);
    }

    /** A reason by its code. */
    static final class ReasonText implements ITypeConverter<ReasonCode> {
        @Override
        public ReasonCode convert(String text) {
            return ReasonCode.of(text)
                    .orElseThrow(() -> new TypeConversionException("\"" + text + "\" is no reason code; they are "
                            + Arrays.stream(ReasonCode.values())
                                    .map(ReasonCode::code)
                                    .collect(Collectors.joining(", "))));
        }
    }

    /** The codes, for completion. */
    static final class ReasonCodes implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(ReasonCode.values()).map(ReasonCode::code).iterator();
        }
    }

    /** A record by the id of its entry; an attempt at its end is dropped. */
    static final class PositionText implements ITypeConverter<IngressPosition> {
        @Override
        public IngressPosition convert(String text) {
            try {
                return IngressPosition.ofEntryId(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "\"" + text + "\" is no position; one is written as events.ingress/1/0/42");
            }
        }
    }
}
