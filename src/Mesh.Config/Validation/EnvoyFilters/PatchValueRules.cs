using Google.Protobuf.WellKnownTypes;

namespace Mesh.Config.Validation.EnvoyFilters;

/// <summary>Envoy's objects in a patch: typed configuration says its type, by the names of the v3 API.</summary>
internal static class PatchValueRules
{
    private const string TypeKey = "@type";
    private const string Prefix = "type.googleapis.com/";

    public static void Check(FieldScope scope, Struct value)
    {
        foreach (var (name, field) in value.Fields)
        {
            var item = scope.Field(name);
            if (name is "typed_config" or "typedConfig")
            {
                Typed(item, field);
            }

            Nested(item, field);
        }
    }

    private static void Nested(FieldScope scope, Value value)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StructValue:
                Check(scope, value.StructValue);
                break;
            case Value.KindOneofCase.ListValue:
                for (var index = 0; index < value.ListValue.Values.Count; index++)
                {
                    Nested(scope with { Path = $"{scope.Path}[{index}]" }, value.ListValue.Values[index]);
                }

                break;
        }
    }

    private static void Typed(FieldScope scope, Value value)
    {
        var type = value.StructValue?.Fields.GetValueOrDefault(TypeKey)?.StringValue ?? "";
        scope.Require(value.StructValue is not null, "expected a mapping");
        scope.Field(TypeKey).Require(
            value.StructValue is null || type.StartsWith(Prefix, StringComparison.Ordinal),
            $"expected the type of the configuration, such as {Prefix}envoy.extensions.filters.http.router.v3.Router, found \"{type}\"");
        scope.Field(TypeKey).Require(!type.Contains(".v2.", StringComparison.Ordinal), $"\"{type}\" is of the v2 API, which no longer exists; use v3");
    }
}
