using Mesh.Client.Model.Authorization;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Envoy.Rbac;
using IdentifierCase = Mesh.Protocol.Envoy.Rbac.Principal.IdentifierOneofCase;

namespace Mesh.Client.Xds.Decoders.Inbound.Authorization;

/// <summary>Decodes conditions on who asks.</summary>
internal static class PrincipalDecoder
{
    // Istio: the peer's SPIFFE id as its waypoints and newer sidecars keep it.
    private const string PeerPrincipalState = "io.istio.peer_principal";

    /// <summary>The condition; null with an error when it cannot be evaluated.</summary>
    public static RbacCondition? Decode(Principal principal, DecodeErrors errors)
    {
#pragma warning disable CS0612 // Istio writes the deprecated form of metadata.
        switch (principal.IdentifierCase)
        {
            case IdentifierCase.AndIds:
                return new AllOf(RbacDecoder.Each(principal.AndIds.Ids, Decode, "and_ids", errors));
            case IdentifierCase.OrIds:
                return new AnyOf(RbacDecoder.Each(principal.OrIds.Ids, Decode, "or_ids", errors));
            case IdentifierCase.NotId:
                return Decode(principal.NotId, errors.In("not_id")) is { } inner ? new Not(inner) : null;
            case IdentifierCase.Any:
                return principal.Any ? new Always() : new Not(new Always());
            case IdentifierCase.Authenticated:
                return Authenticated(principal.Authenticated.PrincipalName, errors.In("authenticated.principal_name"));
            case IdentifierCase.FilterState:
                return FilterState(principal.FilterState, errors.In("filter_state"));
            case IdentifierCase.SourceIp:
                // Deprecated, and what direct_remote_ip says (gRFC A41).
                return RequestConditionDecoder.Address(AddressRole.Source, principal.SourceIp, errors.In("source_ip"));
            case IdentifierCase.DirectRemoteIp:
                return RequestConditionDecoder.Address(AddressRole.Source, principal.DirectRemoteIp, errors.In("direct_remote_ip"));
            case IdentifierCase.RemoteIp:
                return RequestConditionDecoder.Address(AddressRole.Remote, principal.RemoteIp, errors.In("remote_ip"));
            case IdentifierCase.Header:
                return HeaderMatchDecoder.Decode(principal.Header, errors.In("header")) is { } header ? new HeaderCondition(header) : null;
            case IdentifierCase.UrlPath:
                return RequestConditionDecoder.Path(principal.UrlPath, errors.In("url_path"));
            case IdentifierCase.Metadata:
                return MetadataDecoder.Decode(principal.Metadata, errors.In("metadata"));
            case IdentifierCase.SourcedMetadata:
                return MetadataDecoder.Decode(principal.SourcedMetadata, errors.In("sourced_metadata"));
            default:
                errors.Add("principal of an unknown kind");
                return null;
        }
#pragma warning restore CS0612
    }

    private static PrincipalCondition? Authenticated(StringMatcher? name, DecodeErrors errors) =>
        name is null ? new PrincipalCondition(Id: null)
        : StringMatchDecoder.Decode(name, errors) is { } id ? new PrincipalCondition(id)
        : null;

    private static PrincipalCondition? FilterState(FilterStateMatcher matcher, DecodeErrors errors)
    {
        if (matcher.Key == PeerPrincipalState)
        {
            return Authenticated(matcher.StringMatch ?? new StringMatcher(), errors.In("string_match"));
        }

        errors.Add($"key: expected {PeerPrincipalState}, got '{matcher.Key}'");
        return null;
    }
}
