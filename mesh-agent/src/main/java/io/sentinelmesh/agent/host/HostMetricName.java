package io.sentinelmesh.agent.host;

import java.util.List;

/** The names of {@code host-metrics.yaml}, for the code: a figure that is not in the catalogue cannot be given out. */
enum HostMetricName {

    // One to a line.
    CPU_SECONDS("host_cpu_seconds_total", Kind.COUNTER, "seconds", "mode"), //
    CPU_BUSY("host_cpu_core_busy_ratio", Kind.GAUGE, "ratio", "core"), //
    CPU_CORES("host_cpu_cores", Kind.GAUGE, "", "kind"), //
    CPU_FREQUENCY("host_cpu_frequency_hertz", Kind.GAUGE, "hertz", "core"), //
    LOAD("host_load_average", Kind.GAUGE, "", "minutes"), //
    CONTEXT_SWITCHES("host_context_switches_total", Kind.COUNTER, ""), //
    INTERRUPTS("host_interrupts_total", Kind.COUNTER, ""), //
    MEMORY("host_memory_bytes", Kind.GAUGE, "bytes", "kind"), //
    SWAP("host_swap_bytes", Kind.GAUGE, "bytes", "kind"), //
    SWAP_PAGES("host_swap_pages_total", Kind.COUNTER, "", "direction"), //
    VIRTUAL_MEMORY("host_virtual_memory_bytes", Kind.GAUGE, "bytes", "kind"), //
    DISK_BYTES("host_disk_bytes_total", Kind.COUNTER, "bytes", "device", "direction"), //
    DISK_OPERATIONS("host_disk_operations_total", Kind.COUNTER, "", "device", "direction"), //
    DISK_BUSY("host_disk_busy_seconds_total", Kind.COUNTER, "seconds", "device"), //
    DISK_QUEUE("host_disk_queue_length", Kind.GAUGE, "", "device"), //
    DISK_SIZE("host_disk_size_bytes", Kind.GAUGE, "bytes", "device"), //
    FILE_SYSTEM("host_file_system_bytes", Kind.GAUGE, "bytes", "mount", "type", "kind"), //
    NETWORK_BYTES("host_network_bytes_total", Kind.COUNTER, "bytes", "interface", "direction"), //
    NETWORK_PACKETS("host_network_packets_total", Kind.COUNTER, "", "interface", "direction"), //
    NETWORK_ERRORS("host_network_errors_total", Kind.COUNTER, "", "interface", "direction"), //
    NETWORK_DROPS("host_network_receive_drops_total", Kind.COUNTER, "", "interface"), //
    NETWORK_COLLISIONS("host_network_collisions_total", Kind.COUNTER, "", "interface"), //
    NETWORK_UP("host_network_up", Kind.GAUGE, "", "interface"), //
    NETWORK_SPEED("host_network_speed_bits_per_second", Kind.GAUGE, "bits_per_second", "interface"), //
    TCP_SEGMENTS("host_tcp_segments_total", Kind.COUNTER, "", "kind"), //
    TCP_OPENED("host_tcp_connections_opened_total", Kind.COUNTER, "", "kind"), //
    UDP_DATAGRAMS("host_udp_datagrams_total", Kind.COUNTER, "", "kind"), //
    TCP_CONNECTIONS("host_tcp_connections", Kind.GAUGE, "", "state"), //
    UDP_SOCKETS("host_udp_sockets", Kind.GAUGE, ""), //
    CPU_TEMPERATURE("host_cpu_temperature_celsius", Kind.GAUGE, "celsius"), //
    CPU_VOLTAGE("host_cpu_voltage_volts", Kind.GAUGE, "volts"), //
    FAN("host_fan_speed_rpm", Kind.GAUGE, "rpm", "fan"), //
    GPU_BUSY("host_gpu_busy_ratio", Kind.GAUGE, "ratio", "gpu"), //
    GPU_MEMORY("host_gpu_memory_bytes", Kind.GAUGE, "bytes", "gpu", "kind"), //
    GPU_TEMPERATURE("host_gpu_temperature_celsius", Kind.GAUGE, "celsius", "gpu"), //
    GPU_POWER("host_gpu_power_watts", Kind.GAUGE, "watts", "gpu"), //
    UPTIME("host_uptime_seconds", Kind.GAUGE, "seconds"), //
    OS("host_os", Kind.GAUGE, "", "family", "version", "kernel"), //
    PROCESSES("host_processes", Kind.GAUGE, ""), //
    THREADS("host_threads", Kind.GAUGE, ""), //
    FILES("host_open_files", Kind.GAUGE, "", "kind"), //
    PROCESS_CPU("host_process_cpu_seconds_total", Kind.COUNTER, "seconds", "pid", "name"), //
    PROCESS_MEMORY("host_process_resident_bytes", Kind.GAUGE, "bytes", "pid", "name"), //
    PROCESS_THREADS("host_process_threads", Kind.GAUGE, "", "pid", "name"), //
    SERVICES("host_services", Kind.GAUGE, "", "state"), //
    SERVICE_FAILED("host_service_failed", Kind.GAUGE, "", "service"), //
    READ_SECONDS("host_read_seconds", Kind.GAUGE, "seconds", "group"), //
    READ_STUCK("host_read_stuck", Kind.GAUGE, "", "group");

    private final String text;
    private final Kind kind;
    private final String unit;
    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> labels;

    HostMetricName(String text, Kind kind, String unit, String... labels) {
        this.text = text;
        this.kind = kind;
        this.unit = unit;
        this.labels = List.of(labels);
    }

    String text() {
        return text;
    }

    Kind kind() {
        return kind;
    }

    /** Empty for a plain number. */
    String unit() {
        return unit;
    }

    /** Their keys. */
    List<String> labels() {
        return labels;
    }
}
