using System.Diagnostics;

namespace Mesh.EndToEnd.Tests.Bookinfo;

/// <summary>Sends signals to processes by their id, and tells whether they are alive.</summary>
internal static class Signals
{
    /// <summary>Skips where there are no signals.</summary>
    public static void Require() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");

    public static void Send(string signal, int processId)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{processId}"]);
        kill.WaitForExit();
    }

    public static bool IsAlive(int processId)
    {
        // An orphan that nobody has waited for yet has ended all the same.
        var status = $"/proc/{processId}/stat";
        if (File.Exists("/proc/self/stat"))
        {
            try
            {
                var text = File.ReadAllText(status);
                return text[(text.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
            }
            catch (IOException)
            {
                return false;
            }
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
