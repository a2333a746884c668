using System.Buffers;
using System.Collections.Immutable;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Jwt;
using Wire = Mesh.Protocol.Envoy.Filters.Http.JwtAuthn;
using KeysCase = Mesh.Protocol.Envoy.Filters.Http.JwtAuthn.JwtProvider.JwksSourceSpecifierOneofCase;

namespace Mesh.Client.Xds.Decoders.Inbound.Jwt;

/// <summary>Decodes an issuer of tokens.</summary>
internal static class JwtProviderDecoder
{
    private const string DefaultParameter = "access_token";

    private static readonly JwtHeaderPlace DefaultHeader = new("authorization", "Bearer ");

    // RFC 9110 5.6.2.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    public static JwtProvider Decode(string name, Wire.JwtProvider message, DecodeErrors errors)
    {
        var headers = message.FromHeaders.Select((place, index) => Header(place, errors.In("from_headers", index))).ToImmutableArray();
        var parameters = message.FromParams.ToImmutableArray();
        if (headers.IsEmpty && parameters.IsEmpty && message.FromCookies.Count == 0)
        {
            (headers, parameters) = ([DefaultHeader], [DefaultParameter]);
        }

        return new JwtProvider(name)
        {
            Issuer = message.Issuer,
            Audiences = [.. message.Audiences],
            Subjects = message.Subjects is { } subjects ? StringMatchDecoder.Decode(subjects, errors.In("subjects")) : null,
            RequiresExpiration = message.RequireExpiration || message.MaxLifetime is not null,
            MaxLifetime = DurationDecoder.DecodePositive(message.MaxLifetime, errors.In("max_lifetime")),
            ClockSkew = TimeSpan.FromSeconds(message.ClockSkewSeconds > 0 ? message.ClockSkewSeconds : 60),
            Keys = Keys(message, errors),
            Headers = headers,
            Parameters = parameters,
            Cookies = [.. message.FromCookies],
            ForwardsToken = message.Forward,
            PayloadHeader = message.ForwardPayloadHeader.Length == 0 ? "" : Name(message.ForwardPayloadHeader, errors.In("forward_payload_header")),
            PadsPayload = message.PadForwardPayloadHeader,
            ClaimHeaders = [.. message.ClaimToHeaders.Select((header, index) => ClaimHeader(header, errors.In("claim_to_headers", index)))],
            SpaceDelimitedClaims = [.. message.NormalizePayloadInMetadata?.SpaceDelimitedClaims.AsEnumerable() ?? []],
        };
    }

    private static JsonWebKeySet Keys(Wire.JwtProvider message, DecodeErrors errors)
    {
        switch (message.JwksSourceSpecifierCase)
        {
            case KeysCase.LocalJwks when message.LocalJwks.SpecifierCase is DataSource.SpecifierOneofCase.InlineString:
                return Parse(message.LocalJwks.InlineString, errors.In("local_jwks"));
            case KeysCase.LocalJwks when message.LocalJwks.SpecifierCase is DataSource.SpecifierOneofCase.InlineBytes:
                return Parse(message.LocalJwks.InlineBytes.ToStringUtf8(), errors.In("local_jwks"));
            case KeysCase.LocalJwks:
                errors.In("local_jwks").Add($"expected inline_string or inline_bytes, got {message.LocalJwks.SpecifierCase}");
                return JsonWebKeySet.Empty;
            case KeysCase.RemoteJwks:
                errors.In("remote_jwks").Add("a workload fetches no keys: expected local_jwks, which the control plane fills with what it fetched");
                return JsonWebKeySet.Empty;
            default:
                // Envoy takes a provider without keys, and refuses its tokens.
                return JsonWebKeySet.Empty;
        }
    }

    private static JsonWebKeySet Parse(string text, DecodeErrors errors)
    {
        if (JsonWebKeySet.TryParse(text, out var reason) is { } keys)
        {
            return keys;
        }

        errors.Add(reason!);
        return JsonWebKeySet.Empty;
    }

    private static JwtHeaderPlace Header(Wire.JwtHeader place, DecodeErrors errors) => new(Name(place.Name, errors.In("name")), place.ValuePrefix);

    private static JwtClaimHeader ClaimHeader(Wire.JwtClaimToHeader header, DecodeErrors errors)
    {
        if (header.ClaimName.Length == 0)
        {
            errors.In("claim_name").Add("expected the name of a claim, got none");
        }

        return new(Name(header.HeaderName, errors.In("header_name")), header.ClaimName);
    }

    private static string Name(string name, DecodeErrors errors)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            errors.Add($"expected the name of a header, got '{name}'");
        }

        return name;
    }
}
