package io.sluice.cli.command;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar, or what stands in for it in a build tree. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"sluice " + (version == null ? "0.1.0-SNAPSHOT" : version)};
    }
}
