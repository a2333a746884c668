using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Client.Model;
using Wire = Mesh.Protocol.Envoy.Filters.Http.JwtAuthn;
using WireCase = Mesh.Protocol.Envoy.Filters.Http.JwtAuthn.JwtRequirement.RequiresTypeOneofCase;

namespace Mesh.Client.Xds.Decoders.Inbound.Jwt;

/// <summary>Decodes the tree of what tokens a request must bring.</summary>
internal sealed class JwtRequirementDecoder(Dictionary<string, JwtProvider> providers)
{
    /// <summary>Null for a requirement of nothing.</summary>
    public JwtRequirement? Decode(Wire.JwtRequirement message, DecodeErrors errors) => Decode(message, [.. providers.Values], errors);

    private JwtRequirement? Decode(Wire.JwtRequirement message, ImmutableArray<JwtProvider> inReach, DecodeErrors errors)
    {
        switch (message.RequiresTypeCase)
        {
            case WireCase.ProviderName:
                return Provider(message.ProviderName, [], errors.In("provider_name"));
            case WireCase.ProviderAndAudiences:
                return Provider(message.ProviderAndAudiences.ProviderName, message.ProviderAndAudiences.Audiences, errors.In("provider_and_audiences"));
            case WireCase.RequiresAny:
                return Group(JwtRequirementKind.Any, message.RequiresAny.Requirements, inReach, errors.In("requires_any"));
            case WireCase.RequiresAll:
                return Group(JwtRequirementKind.All, message.RequiresAll.Requirements, inReach, errors.In("requires_all"));
            case WireCase.AllowMissing:
                return new(JwtRequirementKind.AllowMissing) { Providers = inReach };
            case WireCase.AllowMissingOrFailed:
                return new(JwtRequirementKind.AllowMissingOrFailed) { Providers = inReach };
            default:
                // Nothing set and a kind newer than this version look the same: to require nothing must be said by leaving the whole requirement out.
                errors.Add("expected a requirement of a known kind, got none");
                return null;
        }
    }

    private JwtRequirement? Provider(string name, IEnumerable<string> audiences, DecodeErrors errors)
    {
        if (providers.TryGetValue(name, out var provider))
        {
            return new(JwtRequirementKind.Provider) { Provider = provider, Audiences = [.. audiences] };
        }

        errors.Add($"'{name}' is not one of the providers");
        return null;
    }

    /// <summary>What may be missing in an OR list are the tokens of the providers named beside it (Envoy).</summary>
    private JwtRequirement Group(
        JwtRequirementKind kind, RepeatedField<Wire.JwtRequirement> parts, ImmutableArray<JwtProvider> inReach, DecodeErrors errors)
    {
        if (parts.Count == 0)
        {
            errors.Add("expected requirements, got none");
        }

        if (kind is JwtRequirementKind.Any && parts.Select(Named).OfType<JwtProvider>().ToImmutableArray() is { IsEmpty: false } beside)
        {
            inReach = beside;
        }

        return new(kind) { Parts = [.. parts.Select((part, index) => Decode(part, inReach, errors.In("requirements", index))).OfType<JwtRequirement>()] };
    }

    private JwtProvider? Named(Wire.JwtRequirement part) => part.RequiresTypeCase switch
    {
        WireCase.ProviderName => providers.GetValueOrDefault(part.ProviderName),
        WireCase.ProviderAndAudiences => providers.GetValueOrDefault(part.ProviderAndAudiences.ProviderName),
        _ => null,
    };
}
