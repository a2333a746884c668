using System.Globalization;
using Mesh.Config.Istio.Telemetry;
using CustomTag = Mesh.Config.Istio.Telemetry.Tracing.Types.CustomTag;
using Provider = Mesh.Config.Istio.Mesh.ExtensionProvider.ProviderOneofCase;
using Wire = Mesh.Protocol.Extensions.Telemetry;

namespace Mesh.ControlPlane.Generation.Telemetry;

/// <summary>Merges the <c>tracing</c> of Telemetry resources as istiod does: for each direction the narrowest resource that says something of a setting decides it; tags replace those of wider resources as a whole.</summary>
internal static class TracingMerge
{
    /// <summary>istiod's <c>PILOT_TRACE_SAMPLING</c>, in percent.</summary>
    private const double DefaultSampling = 1;

    /// <param name="applicable">What holds for the workload.</param>
    /// <param name="settings">For the providers, and <c>defaultConfig.tracing</c>.</param>
    public static Wire.Tracing Of(ApplicableTelemetries applicable, MeshSettings settings)
    {
        IReadOnlyList<string> providers = settings.TracingProviders;
        var (client, server) = (Begin(settings), Begin(settings));
        foreach (var tracing in applicable.Tracing)
        {
            providers = tracing.Providers.Count > 0 ? [.. tracing.Providers.Select(provider => provider.Name)] : providers;
            if (tracing.Match?.Mode is not WorkloadMode.Server)
            {
                Apply(client, tracing);
            }

            if (tracing.Match?.Mode is not WorkloadMode.Client)
            {
                Apply(server, tracing);
            }
        }

        // Istio: of several only the first is used.
        var provider = providers is [var first, ..] ? first : null;
        Complete(client, provider, settings);
        Complete(server, provider, settings);
        return new Wire.Tracing { Client = client, Server = server };
    }

    private static Wire.TracingSide Begin(MeshSettings settings)
    {
        var side = new Wire.TracingSide { Disabled = !settings.EnablesTracing };
        if (settings.ProxyTracing is { } tracing)
        {
            side.DisableIstioTags = tracing.EnableIstioTags == false;
            side.MaxPathTagLength = tracing.MaxPathTagLength;
            Replace(side, tracing.CustomTags);
        }

        return side;
    }

    private static void Apply(Wire.TracingSide side, Tracing tracing)
    {
        side.Disabled = tracing.DisableSpanReporting ?? side.Disabled;
        side.IgnoreRequestId = tracing.UseRequestIdForTraceSampling is { } uses ? !uses : side.IgnoreRequestId;
        side.DisableIstioTags = tracing.EnableIstioTags is { } has ? !has : side.DisableIstioTags;
        side.DisableContextPropagation = tracing.DisableContextPropagation ?? side.DisableContextPropagation;
        if (tracing.RandomSamplingPercentage is { } percentage)
        {
            side.SamplingPercentage = percentage;
        }

        if (tracing.CustomTags.Count > 0)
        {
            Replace(side, tracing.CustomTags);
        }
    }

    private static void Complete(Wire.TracingSide side, string? name, MeshSettings settings)
    {
        // A mesh that says nothing at all of tracing leaves the share to the application's own sampler.
        if (!side.HasSamplingPercentage && (name is not null || settings.ProxyTracing is not null))
        {
            side.SamplingPercentage = settings.ProxyTracing is { HasSampling: true } tracing ? tracing.Sampling : DefaultSampling;
        }

        if (name is null)
        {
            return;
        }

        side.Provider = name;
        switch (settings.ExtensionProvider(name))
        {
            case { ProviderCase: Provider.Zipkin, Zipkin: { } zipkin }:
                side.B3 = true;
                side.MaxPathTagLength = zipkin.MaxTagLength > 0 ? zipkin.MaxTagLength : side.MaxPathTagLength;
                break;
            case { ProviderCase: Provider.Opentelemetry, Opentelemetry: { } collector }:
                side.MaxPathTagLength = collector.MaxTagLength > 0 ? collector.MaxTagLength : side.MaxPathTagLength;
                side.Collector = new Wire.Collector
                {
                    Authority = string.Create(CultureInfo.InvariantCulture, $"{HostOf(collector.Service)}:{collector.Port}"),
                    Http = collector.Http is not null,
                    Path = collector.Http?.Path ?? "",
                    Timeout = collector.Http?.Timeout ?? collector.Grpc?.Timeout,
                };
                break;
        }
    }

    /// <summary><c>[namespace/]host</c>.</summary>
    private static string HostOf(string service) => service[(service.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static void Replace(Wire.TracingSide side, IDictionary<string, CustomTag> tags)
    {
        side.CustomTags.Clear();
        foreach (var (name, tag) in tags)
        {
            if (Convert(tag) is { } converted)
            {
                side.CustomTags[name] = converted;
            }
        }
    }

    private static Wire.CustomTag? Convert(CustomTag tag) => tag.TypeCase switch
    {
        CustomTag.TypeOneofCase.Literal => new Wire.CustomTag { Literal = tag.Literal.Value },
        CustomTag.TypeOneofCase.Environment => new Wire.CustomTag { Environment = new Wire.NamedValue { Name = tag.Environment.Name, DefaultValue = tag.Environment.DefaultValue } },
        CustomTag.TypeOneofCase.Header => new Wire.CustomTag { Header = new Wire.NamedValue { Name = tag.Header.Name, DefaultValue = tag.Header.DefaultValue } },
        CustomTag.TypeOneofCase.Formatter => new Wire.CustomTag { Formatter = tag.Formatter.Value },
        _ => null,
    };
}
