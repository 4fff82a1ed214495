package io.sentinelmesh.agent.host;

import oshi.hardware.Sensors;

/** Temperature, voltage and fans, where there are sensors. */
final class SensorReader implements HostReader {

    private final Sensors sensors;

    SensorReader(Sensors sensors) {
        this.sensors = sensors;
    }

    @Override
    public String group() {
        return "sensor";
    }

    @Override
    public Cost cost() {
        return Cost.CHEAP;
    }

    @Override
    public void read(Readings into) {
        into.addIfPositive(HostMetricName.CPU_TEMPERATURE, sensors.getCpuTemperature());
        into.addIfPositive(HostMetricName.CPU_VOLTAGE, sensors.getCpuVoltage());
        int[] fans = sensors.getFanSpeeds();
        for (int fan = 0; fan < fans.length; fan++) {
            into.add(HostMetricName.FAN, fans[fan], Integer.toString(fan));
        }
    }
}
