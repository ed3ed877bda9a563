package io.sluice.policies.verify;

import io.sluice.policies.PolicyException;
import java.util.Locale;

/** A bundle or an activation is not accepted; what was in force before stays (promise P9). */
public final class BundleRefusedException extends PolicyException {
    private static final long serialVersionUID = 1L;

    /** Why: counted by metrics, named in the act entry {@code policy-refused}. */
    public enum Code {
        /** No gzipped tar of plain files within limits. */
        ARCHIVE,
        /** Unsigned, signed with another key, or not what was signed. */
        SIGNATURE,
        /** A file is missing or does not read. */
        CONTENT,
        /** Made for another tenant. */
        TENANT,
        /** Not newer than what is in force. */
        REVISION,
        /** Its time is over, or has not come. */
        TIME,
        /** Too few officers approved it. */
        APPROVALS,
        /** A canary or a floor that may open what the revision in force keeps closed. */
        WIDENS,
        /** The activation is not one, is not signed by an officer, or says something else than its bundle. */
        ACTIVATION;

        /** The code in entries and metrics. */
        public String code() {
            return "bundle-" + name().toLowerCase(Locale.ROOT);
        }
    }

    private final Code code;

    public BundleRefusedException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
