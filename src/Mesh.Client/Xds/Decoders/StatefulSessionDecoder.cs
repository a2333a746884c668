using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Filters.Http.StatefulSession;
using Mesh.Protocol.Envoy.Http;
using Mesh.Protocol.Envoy.Http.StatefulSession.Cookie;
using Mesh.Protocol.Envoy.Http.StatefulSession.Header;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Decodes session stickiness: the stateful session filter with its cookie (gRFC A55) or header (Envoy).</summary>
internal static class StatefulSessionDecoder
{
    public const string FilterType = "envoy.extensions.filters.http.stateful_session.v3.StatefulSession";
    public const string OverrideType = "envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute";

    private const string CookieType = "envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState";
    private const string HeaderType = "envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState";

    /// <summary>Of the first such filter; null when the listener has none, and what routes say of sessions counts for nothing (gRFC A39).</summary>
    public static SessionPolicy? DecodeFilter(IReadOnlyList<HttpFilter> filters, DecodeErrors errors)
    {
        for (var index = 0; index < filters.Count; index++)
        {
            var filterErrors = errors.In("http_filters", index);
            if (filters[index].TypedConfig is { } any
                && TypedConfig.Read(any, filterErrors) is { TypeUrl: FilterType } config
                && config.Parse(StatefulSession.Parser, filterErrors) is { } message)
            {
                return Decode(message, filterErrors);
            }
        }

        return null;
    }

    /// <summary>The setting of one level; null when it says nothing of sessions.</summary>
    public static SessionPolicy? DecodeOverride(IEnumerable<KeyValuePair<string, Any>> overrides, DecodeErrors errors)
    {
        foreach (var (name, any) in overrides)
        {
            var levelErrors = errors.In($"typed_per_filter_config[{name}]");
            if (TypedConfig.ReadOverride(any, levelErrors, out _, out _) is { TypeUrl: OverrideType } config
                && config.Parse(StatefulSessionPerRoute.Parser, levelErrors) is { } message)
            {
                return message.OverrideCase is StatefulSessionPerRoute.OverrideOneofCase.StatefulSession
                    ? Decode(message.StatefulSession, levelErrors)
                    : SessionPolicy.None;
            }
        }

        return null;
    }

    /// <summary>Without a session state the filter does nothing, and the routes may say otherwise.</summary>
    public static SessionPolicy Decode(StatefulSession message, DecodeErrors errors)
    {
        var stateErrors = errors.In("session_state");
        if (message.SessionState?.TypedConfig is not { } any || TypedConfig.Read(any, stateErrors) is not { } config)
        {
            return SessionPolicy.None;
        }

        switch (config.TypeUrl)
        {
            case CookieType:
                return Cookie(config, message.Strict, stateErrors);
            case HeaderType:
                return Header(config, message.Strict, stateErrors);
            default:
                stateErrors.Add($"expected {CookieType} or {HeaderType}, got {config.TypeUrl}");
                return SessionPolicy.None;
        }
    }

    private static SessionPolicy Cookie(TypedConfig config, bool isStrict, DecodeErrors errors)
    {
        var cookie = config.Parse(CookieBasedSessionState.Parser, errors)?.Cookie;
        if (string.IsNullOrEmpty(cookie?.Name))
        {
            errors.Add("cookie.name: expected a name, got an empty one");
            return SessionPolicy.None;
        }

        var lifetime = DurationDecoder.DecodeNonNegative(cookie.Ttl, errors.In("cookie.ttl")) ?? TimeSpan.Zero;
        return new SessionPolicy(new CookieTemplate(cookie.Name, cookie.Path, lifetime, []), isStrict);
    }

    private static SessionPolicy Header(TypedConfig config, bool isStrict, DecodeErrors errors)
    {
        var name = config.Parse(HeaderBasedSessionState.Parser, errors)?.Name;
        if (string.IsNullOrEmpty(name))
        {
            errors.Add("name: expected the name of a header, got an empty one");
            return SessionPolicy.None;
        }

        return new SessionPolicy(null, isStrict) { Header = name };
    }
}
