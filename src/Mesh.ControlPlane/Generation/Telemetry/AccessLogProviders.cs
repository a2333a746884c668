using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Config.Istio.Mesh;
using FileFormat = Mesh.Config.Istio.Mesh.ExtensionProvider.Types.EnvoyFileAccessLogProvider.Types.LogFormat;
using Provider = Mesh.Config.Istio.Mesh.ExtensionProvider.ProviderOneofCase;
using Wire = Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.ControlPlane.Generation.Telemetry;

/// <summary>Turns a provider of access logs into what a client does: in which form, and where to.</summary>
internal static class AccessLogProviders
{
    private const string Stdout = "/dev/stdout";

    /// <summary>Istio's default name of an OTLP log.</summary>
    private const string DefaultLogName = "otel_envoy_accesslog";

    /// <summary>Null for a provider that does not exist, or keeps no access logs in a process.</summary>
    /// <param name="name">Of the provider.</param>
    /// <param name="filter">CEL; empty for every request.</param>
    /// <param name="settings">The mesh configuration.</param>
    public static Wire.AccessLog? Of(string name, string filter, MeshSettings settings)
    {
        var log = new Wire.AccessLog { Provider = name, Filter = filter };
        switch (settings.ExtensionProvider(name))
        {
            case { ProviderCase: Provider.EnvoyFileAccessLog, EnvoyFileAccessLog: { } file }:
                log.File = file.Path.Length > 0 ? file.Path : Stdout;
                SetFormat(log, file.LogFormat, settings);
                return log;
            case { ProviderCase: Provider.EnvoyOtelAls, EnvoyOtelAls: { } otel }:
                log.Otlp = new Wire.Collector { Authority = string.Create(CultureInfo.InvariantCulture, $"{otel.Service[(otel.Service.IndexOf('/', StringComparison.Ordinal) + 1)..]}:{otel.Port}") };
                log.LogName = otel.LogName.Length > 0 ? otel.LogName : DefaultLogName;
                SetFormat(log, Convert(otel.LogFormat), settings);
                return log;
            case null when name == MeshSettings.EnvoyProvider:
                log.File = settings.AccessLogFile.Length > 0 ? settings.AccessLogFile : Stdout;
                SetFormat(log, null, settings);
                return log;
            default:
                return null;
        }
    }

    /// <summary>Attributes say more than a body; without either the mesh's own format holds.</summary>
    private static FileFormat? Convert(ExtensionProvider.Types.EnvoyOpenTelemetryLogProvider.Types.LogFormat? format) =>
        format is null ? null
        : format.Labels is { Fields.Count: > 0 } labels ? new FileFormat { Labels = labels }
        : format.Text.Length > 0 ? new FileFormat { Text = format.Text }
        : null;

    private static void SetFormat(Wire.AccessLog log, FileFormat? format, MeshSettings settings)
    {
        if (format is { FormCase: FileFormat.FormOneofCase.Labels })
        {
            log.Json = format.Labels;
        }
        else if (format is { FormCase: FileFormat.FormOneofCase.Text, Text.Length: > 0 })
        {
            log.Text = WithNewLine(format.Text);
        }
        else if (settings.LogsJson)
        {
            // An empty object stands for Istio's default.
            log.Json = Parse(settings.AccessLogFormat) ?? new Struct();
        }
        else if (settings.AccessLogFormat.Length > 0)
        {
            log.Text = WithNewLine(settings.AccessLogFormat);
        }
    }

    // Istio adds it where it is missing.
    private static string WithNewLine(string text) => text.EndsWith('\n') ? text : text + "\n";

    private static Struct? Parse(string json)
    {
        try
        {
            return json.Length == 0 ? null : JsonParser.Default.Parse<Struct>(json);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return null;
        }
    }
}
