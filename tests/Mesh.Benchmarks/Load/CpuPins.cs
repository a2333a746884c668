using System.Diagnostics;
using System.Numerics;

namespace Mesh.Benchmarks.Load;

/// <summary>Keeps client and server on a processor each, so that the scheduler does not decide what a request costs.</summary>
/// <remarks>
/// A child takes over the affinity of the thread that starts it, and Linux sets that of the main thread alone:
/// both calls belong on the main thread, before its first await. The runtime of the child then sees one processor.
/// </remarks>
internal readonly record struct CpuPins(nint Client, nint Server)
{
    /// <summary>The first two processors this process may use; null where there are fewer, or where the system has no affinity.</summary>
    public static CpuPins? Find()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
        {
            return null;
        }

        using var current = Process.GetCurrentProcess();
        var allowed = (nuint)current.ProcessorAffinity;
        var first = Lowest(allowed);
        var second = Lowest(allowed & ~first);
        return second == 0 ? null : new CpuPins((nint)first, (nint)second);
    }

    public static void Apply(nint mask)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            using var current = Process.GetCurrentProcess();
            current.ProcessorAffinity = mask;
        }
    }

    public static string Describe(Process process) =>
        OperatingSystem.IsLinux() || OperatingSystem.IsWindows() ? Describe((nuint)process.ProcessorAffinity) : "not pinned";

    private static string Describe(nuint mask) =>
        BitOperations.PopCount(mask) == 1 ? $"CPU{BitOperations.TrailingZeroCount(mask)}" : "not pinned";

    private static nuint Lowest(nuint mask) => mask & (~mask + 1);
}
