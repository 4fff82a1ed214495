package io.sentinelmesh.agent.host;

import oshi.software.os.FileSystem;
import oshi.software.os.OSFileStore;

/** Room on mounted file systems. Starts {@code lsblk}, and asks network file systems, which may not answer. */
final class FileSystemReader implements HostReader {

    private final FileSystem fileSystem;

    FileSystemReader(FileSystem fileSystem) {
        this.fileSystem = fileSystem;
    }

    @Override
    public String group() {
        return "filesystem";
    }

    @Override
    public Cost cost() {
        return Cost.HEAVY;
    }

    @Override
    public void read(Readings into) {
        for (OSFileStore store : fileSystem.getFileStores(false)) {
            if (store.getTotalSpace() > 0) {
                into.add(HostMetricName.FILE_SYSTEM, store.getTotalSpace(), store.getMount(), store.getType(),
                        "total");
                into.add(HostMetricName.FILE_SYSTEM, store.getUsableSpace(), store.getMount(), store.getType(),
                        "usable");
            }
        }
    }
}
