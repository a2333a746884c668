using System.Diagnostics;
using System.Globalization;

namespace Mesh.Benchmarks.Load;

/// <summary>Starts server and client as processes of their own, under the conditions a measurement needs.</summary>
internal static class LoadLauncher
{
    /// <summary>Idle pool threads otherwise spin, at a cost that has nothing to do with requests.</summary>
    public const string SpinLimit = "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit";

    /// <param name="kind">Of the processes: <c>kind-server</c> writes its port, <c>kind-client</c> is given it.</param>
    /// <param name="arguments">For the client.</param>
    public static int Run(string kind, string[] arguments)
    {
        // Read here as well, so that a mistake is told before anything runs.
        _ = LoadOptions.Parse(arguments);
        var pins = CpuPins.Find();
        using var server = Start(pins?.Server, [$"{kind}-server"], ownsInput: true);
        var port = server.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("Expected the server process to write its port; it ended instead.");
        using var client = Start(pins?.Client, [$"{kind}-client", port, server.Id.ToString(CultureInfo.InvariantCulture), .. arguments], ownsInput: false);
        client.WaitForExit();

        // The server serves until its input ends, which also happens when this process dies.
        server.StandardInput.Close();
        server.WaitForExit();
        return client.ExitCode;
    }

    /// <summary>Starts a role of this program on a processor.</summary>
    internal static Process Start(nint? mask, IEnumerable<string> arguments, bool ownsInput)
    {
        if (mask is { } processors)
        {
            CpuPins.Apply(processors);
        }

        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. EntryAssembly(), .. arguments])
        {
            RedirectStandardInput = ownsInput,
            RedirectStandardOutput = ownsInput,
        };
        start.Environment[SpinLimit] = "0";
        return Process.Start(start)!;
    }

    // Under the dotnet host the assembly has to be named; an apphost is the program itself.
    private static IEnumerable<string> EntryAssembly() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(LoadLauncher).Assembly.Location] : [];
}
