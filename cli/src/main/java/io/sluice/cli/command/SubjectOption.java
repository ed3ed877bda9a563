package io.sluice.cli.command;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.config.KeysSection;
import io.sluice.cli.config.SluiceConfig;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.seal.SealException;
import io.sluice.protection.seal.SealKeys;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options that name a subject: by id, which takes the keys of the ingress, or by reference. */
final class SubjectOption {
    @Option(
            names = "--subject",
            paramLabel = "ID",
            description =
                    "The subject's id, without the prefix that the catalog strips. With --controller and --scheme.")
    private @Nullable String id;

    @Option(names = "--controller", paramLabel = "ID", description = "The controller whose subject it is.")
    private @Nullable String controller;

    @Option(names = "--scheme", paramLabel = "ID", description = "The name space of the subject's id, as customer.")
    private @Nullable String scheme;

    @Option(
            names = "--ref",
            paramLabel = "REFERENCE",
            description = "The subject's reference, as audit entries have it, instead of its id.")
    private @Nullable String reference;

    /** Whether anything of it was said. */
    boolean given() {
        return id != null || controller != null || scheme != null || reference != null;
    }

    /** The reference that is meant. @throws CommandFailure where the keys of the ingress do not open */
    SubjectRef ref(CommandSpec spec, SluiceConfig config) {
        if (reference != null && id == null && controller == null && scheme == null) {
            if (!SubjectRef.isReference(reference)) {
                throw new ParameterException(
                        spec.commandLine(), "--ref is a reference like s1_ and 26 letters and digits");
            }
            return new SubjectRef(reference);
        }
        if (reference != null || id == null || controller == null || scheme == null) {
            throw new ParameterException(
                    spec.commandLine(), "Name a subject: --subject, --controller and --scheme, or --ref alone");
        }
        KeysSection.Store keys = config.keys().ingress();
        try {
            return SealKeys.open(keys.folder(), keys.settings(), config.tenant())
                    .subjectReferences()
                    .of(controller, scheme, id);
        } catch (SealException e) {
            throw new CommandFailure(
                    "keys.ingress does not open, and without it an id has no reference; name the subject by --ref", e);
        }
    }
}
