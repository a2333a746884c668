using Microsoft.Extensions.Options;

namespace Mesh.Client.Hosting.Configuration.Checks;

/// <summary>Checks the bounds of access logs.</summary>
internal static class AccessLogOptionsRules
{
    private const int MinQueue = 16;
    private const int MinLength = 256;
    private const int Largest = 1024 * 1024;
    private const int MinSize = 64 * 1024;
    private const int LargestSize = 1024 * 1024 * 1024;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static void Check(MeshAccessLogOptions options, ValidateOptionsResultBuilder errors)
    {
        if (options.QueueLength is < MinQueue or > Largest)
        {
            errors.AddError($"Mesh:AccessLogs:QueueLength is {options.QueueLength}: expected {MinQueue} to {Largest} entries.");
        }

        if (options.QueueSize is < MinSize or > LargestSize)
        {
            errors.AddError($"Mesh:AccessLogs:QueueSize is {options.QueueSize}: expected {MinSize} to {LargestSize} bytes.");
        }

        if (options.MaxLength is < MinLength or > Largest)
        {
            errors.AddError($"Mesh:AccessLogs:MaxLength is {options.MaxLength}: expected {MinLength} to {Largest} characters.");
        }

        if (options.FlushInterval < Shortest || options.FlushInterval > Longest)
        {
            errors.AddError($"Mesh:AccessLogs:FlushInterval is {options.FlushInterval}: expected {Shortest} to {Longest}.");
        }
    }
}
