using System.Globalization;
using System.Net.Http.Headers;
using Mesh.Client.Actions;
using Mesh.Client.Model;
using Mesh.Client.Telemetry;

namespace Mesh.Client.Pipeline.Actions;

/// <summary>Answers the variables of header values from a call; <paramref name="response"/> is null while there is none.</summary>
internal readonly struct CallValues(OutboundCall call, HttpResponseMessage? response, ProcessFacts facts) : IFormatValues
{
    public string? Find(FormatSegment variable) => variable.Variable switch
    {
        FormatVariable.RequestHeader => RequestHeader(variable.Argument) ?? RequestHeader(variable.Alternative),
        FormatVariable.RequestHeaderWithoutQuery =>
            WithoutQuery(RequestHeader(variable.Argument) ?? RequestHeader(variable.Alternative)),
        FormatVariable.ResponseHeader => ResponseHeader(variable.Argument) ?? ResponseHeader(variable.Alternative),
        FormatVariable.QueryParameter => QueryParameter(variable.Argument),
        FormatVariable.Environment => facts.Environment(variable.Argument),
        FormatVariable.StartTime => call.StartTime is { } start ? TimeFormat.Format(start, variable.Argument) : null,
        FormatVariable.Duration => call.StartTime is { } start ? Milliseconds(facts.Time.GetUtcNow() - start) : null,
        _ => Find(variable.Variable),
    };

    private string? Find(FormatVariable variable) => variable switch
    {
        FormatVariable.Protocol => Protocol(response?.Version ?? call.WireRequest.Version),
        FormatVariable.UpstreamAddress => call.Endpoint?.Address.ToString(),
        FormatVariable.UpstreamAddressWithoutPort => call.Endpoint?.Address.Host,
        FormatVariable.UpstreamPort => call.Endpoint?.Address.Port.ToString(CultureInfo.InvariantCulture),
        FormatVariable.UpstreamCluster => call.Target.Cluster?.Cluster.Name,
        FormatVariable.RouteName => call.Route.Route.Name,
        FormatVariable.ResponseCode => response is null ? null : ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture),
        FormatVariable.ResponseFlags => ResponseHeader(MeshTelemetry.ResponseFlagsHeader) ?? (call.IsDelayed ? ResponseFlags.DelayInjected : ResponseFlags.None),
        FormatVariable.HostName => facts.HostName,
        FormatVariable.RequestedServerName => call.WireRequest.RequestUri is { Scheme: "https" } uri ? uri.IdnHost : null,
        _ => null,
    };

    private string? RequestHeader(string? name)
    {
        if (name is not [':', ..])
        {
            return name is null ? null : Read(call.WireRequest.Headers, call.WireRequest.Content?.Headers, name);
        }

        var request = call.WireRequest;
        return name.ToUpperInvariant() switch
        {
            ":PATH" => request.RequestUri!.PathAndQuery,
            ":METHOD" => request.Method.Method,
            ":AUTHORITY" => WireRequest.Authority(request),
            ":SCHEME" => WireRequest.Scheme(request),
            _ => null,
        };
    }

    private string? ResponseHeader(string? name)
    {
        if (response is null || name is null)
        {
            return null;
        }

        return name.Equals(":status", StringComparison.OrdinalIgnoreCase)
            ? Find(FormatVariable.ResponseCode)
            : Read(response.Headers, response.Content.Headers, name);
    }

    private string? QueryParameter(string name)
    {
        var query = call.WireRequest.RequestUri!.Query.AsSpan();
        foreach (var range in query.IsEmpty ? default : query[1..].Split('&'))
        {
            var pair = query[1..][range];
            var equals = pair.IndexOf('=');
            if ((equals < 0 ? pair : pair[..equals]).Equals(name, StringComparison.Ordinal))
            {
                return equals < 0 ? "" : pair[(equals + 1)..].ToString();
            }
        }

        return null;
    }

    // Envoy takes the first of several values.
    private static string? Read(HttpHeaders headers, HttpHeaders? content, string name)
    {
        if (headers.NonValidated.TryGetValues(name, out var values) || content?.NonValidated.TryGetValues(name, out values) == true)
        {
            foreach (var value in values)
            {
                return value;
            }
        }

        return null;
    }

    private static string? WithoutQuery(string? path)
    {
        var query = path?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        return query < 0 ? path : path![..query];
    }

    private static string Milliseconds(TimeSpan duration) => ((long)duration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static string Protocol(Version version) => version.Major >= 2 ? $"HTTP/{version.Major}" : $"HTTP/{version.Major}.{version.Minor}";
}
