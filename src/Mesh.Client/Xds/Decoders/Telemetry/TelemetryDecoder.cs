using System.Collections.Immutable;
using Mesh.Client.Model.Telemetry;
using Wire = Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.Client.Xds.Decoders.Telemetry;

/// <summary>Decodes what this process is to tell of its traffic.</summary>
internal static class TelemetryDecoder
{
    private const double WholePercentage = 100;

    public static DecodeResult<TelemetryResource> Decode(Wire.WorkloadTelemetry message)
    {
        var errors = new DecodeErrors();
        if (message.Name.Length == 0)
        {
            errors.Add("telemetry without a name");
        }

        var telemetry = new WorkloadTelemetry
        {
            Metrics = Metrics(message.Metrics, errors.In("metrics")),
            Tracing = Tracing(message.Tracing, errors.In("tracing")),
            AccessLogs = AccessLogDecoder.Decode(message.AccessLogging, errors.In("access_logging")),
            Readiness = ReadinessProbeDecoder.Decode(message.Readiness, errors.In("readiness")),
        };
        return DecodeResult<TelemetryResource>.From(message.Name, new TelemetryResource(message.Name, telemetry), errors);
    }

    private static MetricsPolicy Metrics(Wire.Metrics? message, DecodeErrors errors) => message is null ? MetricsPolicy.Default : new()
    {
        Client = Overrides(message.Client, errors, "client"),
        Server = Overrides(message.Server, errors, "server"),
        ReportingInterval = DurationDecoder.DecodePositive(message.ReportingInterval, errors.In("reporting_interval")) ?? MetricsPolicy.Default.ReportingInterval,
        IsDisabled = message.Disabled,
    };

    private static ImmutableArray<MetricOverride> Overrides(IReadOnlyList<Wire.MetricOverride> messages, DecodeErrors errors, string field) =>
        [.. messages.Select((message, index) => Override(message, errors.In(field, index)))];

    private static MetricOverride Override(Wire.MetricOverride message, DecodeErrors errors)
    {
        if (message.Metric.Length == 0)
        {
            errors.In("metric").Add("expected the name of a metric, got none");
        }

        return new(message.Metric, message.Disabled, [.. message.Tags.Select((tag, index) => Tag(tag, errors.In("tags", index)))]);
    }

    private static TagOverride Tag(Wire.TagOverride message, DecodeErrors errors)
    {
        if (message.Name.Length == 0 || (!message.Remove && message.Expression.Length == 0))
        {
            errors.Add($"expected a name, and an expression unless it is removed; got '{message.Name}' and '{message.Expression}'");
        }

        return new(message.Name, message.Remove ? null : message.Expression);
    }

    private static TracingPolicy Tracing(Wire.Tracing? message, DecodeErrors errors) => message is null ? TracingPolicy.Default : new()
    {
        Client = Side(message.Client, errors.In("client")),
        Server = Side(message.Server, errors.In("server")),
    };

    private static TracingSide Side(Wire.TracingSide? message, DecodeErrors errors)
    {
        if (message is null)
        {
            return TracingSide.Default;
        }

        if (message is { HasSamplingPercentage: true, SamplingPercentage: not (>= 0 and <= WholePercentage) })
        {
            errors.In("sampling_percentage").Add($"expected 0 to 100, got {message.SamplingPercentage}");
        }

        return new TracingSide
        {
            IsDisabled = message.Disabled,
            SamplingPercentage = message.HasSamplingPercentage ? message.SamplingPercentage : null,
            CustomTags = [.. message.CustomTags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => Tag(tag.Key, tag.Value, errors.In($"custom_tags[{tag.Key}]")))],
            IgnoresRequestId = message.IgnoreRequestId,
            HasIstioTags = !message.DisableIstioTags,
            Propagates = !message.DisableContextPropagation,
            TellsB3 = message.B3,
            Provider = message.Provider,
            Collector = CollectorDecoder.Decode(message.Collector, errors.In("collector")),
            MaxPathTagLength = message.MaxPathTagLength is 0 or > int.MaxValue ? TracingSide.DefaultMaxPathTagLength : (int)message.MaxPathTagLength,
        };
    }

    private static CustomTag Tag(string name, Wire.CustomTag message, DecodeErrors errors)
    {
        switch (message.TypeCase)
        {
            case Wire.CustomTag.TypeOneofCase.Literal:
                return new(name, CustomTagKind.Literal, message.Literal);
            case Wire.CustomTag.TypeOneofCase.Environment:
                return new(name, CustomTagKind.Environment, message.Environment.Name, message.Environment.DefaultValue);
            case Wire.CustomTag.TypeOneofCase.Header:
                return new(name, CustomTagKind.Header, message.Header.Name, message.Header.DefaultValue);
            case Wire.CustomTag.TypeOneofCase.Formatter:
                return new(name, CustomTagKind.Formatter, message.Formatter);
            default:
                errors.Add("expected literal, environment, header or formatter, got none");
                return new(name, CustomTagKind.Literal, "");
        }
    }
}
