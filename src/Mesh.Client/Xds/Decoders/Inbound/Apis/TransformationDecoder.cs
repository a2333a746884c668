using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Client.Model.Apis;
using Mesh.Protocol.Extensions.Api;
using WireFields = Mesh.Protocol.Extensions.Api.FieldChange;
using WireJson = Mesh.Protocol.Extensions.Api.JsonChange;

namespace Mesh.Client.Xds.Decoders.Inbound.Apis;

/// <summary>Decodes what requests and responses are changed into.</summary>
internal static class TransformationDecoder
{
    public const string FilterType = "mesh.api.v1.Transformations";

    private const int DefaultMaxBytes = 1024 * 1024;

    public static TransformationPolicy Decode(TypedConfig config, DecodeErrors errors) =>
        new([.. (config.Parse(Transformations.Parser, errors) ?? new Transformations()).Rules.Select((rule, index) => Decode(rule, errors.In("rules", index)))]);

    private static TransformationRule Decode(Transformation rule, DecodeErrors errors) => new(rule.Name)
    {
        Matches = RequestConditionDecoder.Decode(rule.Matches, errors),
        RequestHeaders = Decode(rule.Request?.Headers),
        Query = Decode(rule.Request?.Query),
        RequestJson = Decode(rule.Request?.Json, errors.In("request")),
        Statuses = [.. rule.Response?.Statuses.Select(static status => (int)status) ?? []],
        Status = rule.Response is { Status: > 0 } response ? (int)response.Status : null,
        ResponseHeaders = Decode(rule.Response?.Headers),
        ResponseJson = Decode(rule.Response?.Json, errors.In("response")),
    };

    private static Model.Apis.FieldChange? Decode(WireFields? change) =>
        change is null ? null : new Model.Apis.FieldChange(Ordered(change.Rename), [.. change.Remove], Ordered(change.Set), Ordered(change.Add));

    private static Model.Apis.JsonChange? Decode(WireJson? change, DecodeErrors errors) => change is null ? null : new Model.Apis.JsonChange(
        [.. Ordered(change.Rename).Select(entry => KeyValuePair.Create(Place(entry.Key, errors), entry.Value))],
        [.. change.Remove.Select(place => Place(place, errors))],
        [.. change.Set.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(Place(entry.Key, errors), JsonText.Of(entry.Value)))],
        change.MaxBytes == 0 ? DefaultMaxBytes : (int)change.MaxBytes);

    private static JsonPlace Place(string pointer, DecodeErrors errors)
    {
        if (JsonPlace.Parse(pointer) is { } place)
        {
            return place;
        }

        errors.Add($"expected a JSON Pointer, got '{pointer}'");
        return new JsonPlace([""]);
    }

    // Maps have no order on the wire; what is done must not depend on it.
    private static ImmutableArray<KeyValuePair<string, string>> Ordered(MapField<string, string> map) =>
        [.. map.OrderBy(static entry => entry.Key, StringComparer.Ordinal)];
}
