using System.Diagnostics;
using System.Globalization;

namespace Mesh.Benchmarks.Load;

/// <summary>Processor time up to a moment: of the measured processes, and of the whole machine where it tells.</summary>
internal readonly record struct CpuReading(long Timestamp, TimeSpan Measured, TimeSpan? Machine)
{
    // proc(5): the unit of /proc/stat is 1/sysconf(_SC_CLK_TCK), which is 100 on every Linux that .NET runs on.
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(10);

    public static CpuReading Take(Process server)
    {
        server.Refresh();
        var measured = server.TotalProcessorTime + Environment.CpuUsage.TotalTime;
        return new CpuReading(Stopwatch.GetTimestamp(), measured, OperatingSystem.IsLinux() ? ReadMachine() : null);
    }

    /// <summary>Cores that others kept busy since <paramref name="earlier"/>; null where the machine does not tell.</summary>
    public double? ForeignCoresSince(CpuReading earlier)
    {
        var foreign = Machine - earlier.Machine - (Measured - earlier.Measured);
        return foreign is { } time ? Math.Max(0, time / Stopwatch.GetElapsedTime(earlier.Timestamp, Timestamp)) : null;
    }

    // user, nice, system and steal. Interrupts are left out: those of the loopback are the measured traffic's own.
    private static TimeSpan ReadMachine()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] counted = [1, 2, 3, 8];
        return _tick * counted.Sum(index => double.Parse(fields[index], CultureInfo.InvariantCulture));
    }
}
