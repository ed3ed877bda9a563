package io.sluice.policies.build;

/** Names of the files of a bundle. */
public final class BundleFiles {
    public static final String MANIFEST = ".manifest";
    public static final String SIGNATURES = ".signatures.json";
    public static final String DATA = "data.json";
    public static final String WASM = "policy.wasm";
    public static final String REGO_FOLDER = "rego/";

    private BundleFiles() {}
}
