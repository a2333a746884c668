using System.Collections.Frozen;
using Google.Protobuf.Collections;
using Mesh.Client.Model.Apis;
using Mesh.Protocol.Extensions.Api;
using PlaceCase = Mesh.Protocol.Extensions.Api.KeyPlace.PlaceOneofCase;

namespace Mesh.Client.Xds.Decoders.Inbound.Apis;

/// <summary>Decodes which requests need the key of a consumer.</summary>
internal static class ApiKeyDecoder
{
    public const string FilterType = "mesh.api.v1.ApiKeys";

    public static ApiKeyPolicy Decode(TypedConfig config, DecodeErrors errors)
    {
        var message = config.Parse(ApiKeys.Parser, errors) ?? new ApiKeys();
        return new ApiKeyPolicy(
            [.. message.Rules.Select((rule, index) => Decode(rule, errors.In("rules", index)))],
            Keys(message.Consumers, errors));
    }

    private static ApiAccessRule Decode(Access rule, DecodeErrors errors) => new(rule.Name, rule.Namespace)
    {
        Matches = RequestConditionDecoder.Decode(rule.Matches, errors),
        Places = [.. rule.Places.Select((place, index) => Decode(place, errors.In("places", index))).OfType<ApiKeyPlace>()],
        Consumers = rule.Consumers.ToFrozenSet(StringComparer.Ordinal),
        Plans = rule.Plans.ToFrozenSet(StringComparer.Ordinal),
        AllowsAnonymous = rule.AllowAnonymous,
        ForwardsKey = rule.ForwardKey,
    };

    private static ApiKeyPlace? Decode(KeyPlace place, DecodeErrors errors)
    {
        switch (place.PlaceCase)
        {
            case PlaceCase.Header:
                return new ApiKeyPlace(ApiKeyPlaceKind.Header, place.Header);
            case PlaceCase.QueryParameter:
                return new ApiKeyPlace(ApiKeyPlaceKind.QueryParameter, place.QueryParameter);
            case PlaceCase.Authorization:
                return new ApiKeyPlace(ApiKeyPlaceKind.Authorization, place.Authorization);
            default:
                errors.Add("expected a place that this version knows, got none");
                return null;
        }
    }

    // Of two consumers with the same key the first has it: whose it is must not change with the order of a dictionary.
    private static FrozenDictionary<ApiKeyDigest, ApiKey> Keys(RepeatedField<Consumer> consumers, DecodeErrors errors)
    {
        var keys = new Dictionary<ApiKeyDigest, ApiKey>();
        for (var index = 0; index < consumers.Count; index++)
        {
            var consumer = new ApiConsumer(consumers[index].Name, consumers[index].Plan, consumers[index].Suspended);
            foreach (var key in consumers[index].Keys)
            {
                if (key.Sha256.Length == ApiKeyDigest.Length)
                {
                    keys.TryAdd(ApiKeyDigest.Read(key.Sha256.Span), new ApiKey(consumer, key.Name, key.NotAfter?.ToDateTimeOffset()));
                }
                else
                {
                    errors.In("consumers", index).Add($"sha256: expected {ApiKeyDigest.Length} bytes, got {key.Sha256.Length}");
                }
            }
        }

        return keys.ToFrozenDictionary();
    }
}
