package io.sluice.policies.evaluate;

/** Keys of {@code policy.bundles}. */
public final class PolicyKeys {
    static final String BUNDLE = "bundle/";
    static final String APPROVALS = "approvals/";
    static final String ACTIVATION = "activation/";

    private PolicyKeys() {}

    /** Key of a bundle's archive. */
    public static String bundle(String digest) {
        return BUNDLE + digest;
    }

    /** Key of a bundle's approvals. */
    public static String approvals(String digest) {
        return APPROVALS + digest;
    }

    /** Key of an activation. */
    public static String activation(long number) {
        return ACTIVATION + number;
    }

    /** Number of the activation that a key is for; 0 for any other key. */
    static long number(String key) {
        if (!key.startsWith(ACTIVATION)) {
            return 0;
        }
        try {
            long number = Long.parseLong(key.substring(ACTIVATION.length()));
            return number > 0 && key.equals(activation(number)) ? number : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
