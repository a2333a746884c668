namespace Mesh.Client;

/// <summary>Access logs of this process (<c>Mesh:AccessLogs</c>); which requests are logged, and how, is told by Telemetry resources and the mesh configuration.</summary>
public sealed class MeshAccessLogOptions
{
    /// <summary>Whether requests are logged where the mesh asks for it. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The directory below which the mesh may let this process write log files. Default: none; entries that are meant for a file go to the category <c>Mesh.AccessLog</c> of the
    /// application's logs then, as those for <c>/dev/stdout</c> always do.
    /// </summary>
    public string? Directory { get; set; }

    /// <summary>How many entries wait to be written, 16 to 1,048,576; more are dropped and counted in <c>mesh.access_log.dropped</c>. Default: 8192.</summary>
    public int QueueLength { get; set; } = 8192;

    /// <summary>How many bytes of memory the entries that wait may hold, 65,536 to 1,073,741,824; more are dropped and counted in <c>mesh.access_log.dropped</c>. Default: 16 MiB.</summary>
    public int QueueSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>How long an entry waits at most, 10 ms to one minute. Default: 500 ms.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest entry, 256 to 1,048,576 characters; longer ones are cut. Default: 16,384.</summary>
    public int MaxLength { get; set; } = 16 * 1024;
}
