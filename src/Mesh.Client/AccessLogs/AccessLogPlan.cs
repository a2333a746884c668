using System.Collections.Immutable;
using Mesh.Client.AccessLogs.Formats;
using Mesh.Client.AccessLogs.Writing;
using Mesh.Client.Expressions;
using Mesh.Client.Model.Telemetry;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AccessLogs;

/// <summary>Compiles access logs once for each policy, and hands entries to the queue.</summary>
internal sealed class AccessLogPlan(MeshAccessLogOptions options, LogQueue queue, ILoggerFactory loggers) : IDisposable
{
    private const string Stdout = "/dev/stdout";
    private const string Stderr = "/dev/stderr";

    private readonly ILogger _logger = loggers.CreateLogger<AccessLogPlan>();
    private readonly LoggerDestination _application = new(loggers);
    private readonly LoggerDestination _attributes = new(loggers, hasFields: true);
    private readonly Lock _lock = new();

    // Guarded by _lock. By path: two logs of one file share it, through changes of policy.
    private readonly Dictionary<string, FileDestination> _files = new(StringComparer.Ordinal);

    // Guarded by _lock. What has been told: a policy comes again with every connection.
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>The logs of one direction.</summary>
    public AccessLogTarget[] Compile(ImmutableArray<AccessLog> logs) =>
        options.Enabled ? [.. logs.Select(Compile).OfType<AccessLogTarget>()] : [];

    public void Write<TValues>(AccessLogTarget target, in TValues values)
        where TValues : struct, ILogValues
    {
        var text = queue.Rent();
        target.Format.Write(values, text);
        queue.Add(target.Destination, text);
    }

    public void Dispose()
    {
        if (!queue.TryFinish())
        {
            return;
        }

        lock (_lock)
        {
            foreach (var file in _files.Values)
            {
                file.Dispose();
            }
        }
    }

    private AccessLogTarget? Compile(AccessLog log)
    {
        CelExpression? filter = null;
        string? reason = null;
        if (log.Filter is { } expression && (filter = CelExpression.TryParse(expression, out reason)) is null)
        {
            // Istio's Envoy refuses such a listener; logging everything would be worse than nothing.
            Tell($"filter {log.Provider} {expression}", () => AccessLogMessages.FilterUnusable(_logger, log.Provider, reason!));
            return null;
        }

        List<string> unknown = [];
        ILogFormat format = log.Json is { } fields ? JsonLogFormat.Compile(fields.Count == 0 ? JsonLogFormat.Default() : fields, unknown) : new TextLogFormat(LogFormatParser.Parse(log.Text ?? TextLogFormat.Default, unknown));
        if (unknown.Count > 0)
        {
            var operators = string.Join(", ", unknown);
            Tell($"format {log.Provider} {operators}", () => AccessLogMessages.UnknownOperators(_logger, log.Provider, operators));
        }

        return new AccessLogTarget(format, DestinationOf(log), filter);
    }

    private ILogDestination DestinationOf(AccessLog log)
    {
        if (log.File is null or Stdout or Stderr)
        {
            return log is { Collector: not null, Json: not null } ? _attributes : _application;
        }

        // The mesh's word alone must not make a process write into whatever file its user may write.
        if (options.Directory is not { } directory || !IsBelow(Path.GetFullPath(directory), log.File, out var path))
        {
            Tell($"file {log.File}", () => AccessLogMessages.FileRefused(_logger, log.Provider, log.File));
            return _application;
        }

        lock (_lock)
        {
            if (!_files.TryGetValue(path, out var file))
            {
                _files[path] = file = new FileDestination(path, queue.Drop, _logger);
            }

            return file;
        }
    }

    private static bool IsBelow(string directory, string file, out string path)
    {
        path = Path.GetFullPath(file, directory);
        return path.StartsWith(directory.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    private void Tell(string what, Action tell)
    {
        lock (_lock)
        {
            if (!_told.Add(what))
            {
                return;
            }
        }

        tell();
    }
}
