using System.Diagnostics;
using System.Globalization;

namespace Mesh.Benchmarks.Scale;

/// <summary>The process of the control plane, as the one that measures it sees it.</summary>
internal sealed class ScaleControlPlane : IDisposable
{
    private readonly Process _process;

    private ScaleControlPlane(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="folder">Of the configuration.</param>
    /// <param name="port">0 for any.</param>
    public static ScaleControlPlane Start(string folder, int port = 0)
    {
        string[] own = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(ScaleControlPlane).Assembly.Location] : [];
        var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [.. own, "scale-server", folder, port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("Expected the control plane to write its port; it ended instead.");
        return new ScaleControlPlane(process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    /// <summary>What its objects take after a collection, and what the process takes of the machine.</summary>
    public (long Heap, long Resident) Memory()
    {
        _process.StandardInput.WriteLine("memory");
        var heap = long.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        _process.Refresh();
        return (heap, _process.WorkingSet64);
    }

    /// <summary>As an outage does: without a word to anybody.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
