using Mesh.Config.Extensions;
using Mesh.Config.Validation.Rules;
using KeyPlace = Mesh.Config.Extensions.ApiAccess.Types.KeyPlace;
using Rule = Mesh.Config.Extensions.ApiAccess.Types.Rule;

namespace Mesh.Config.Validation.Apis;

/// <summary>Rules for ApiAccess.</summary>
internal sealed class ApiAccessValidator() : SpecValidator<ApiAccess>(ResourceKinds.ApiAccess)
{
    private const int MostRules = 512;
    private const int MostPlaces = 8;
    private const int MostConsumers = 1_000;
    private const int LongestName = 256;

    protected override void Validate(FieldScope scope, ApiAccess spec, Resource resource)
    {
        ValueRules.Count(scope.Field("rules"), spec.Rules.Count, 1, MostRules);
        RuleNames.Check(scope, "rules", spec.Rules, static rule => rule.Name);
        scope.Each("rules", spec.Rules, Check);
    }

    private static void Check(FieldScope scope, Rule rule)
    {
        RequestMatchRules.Check(scope, rule.Match, knowsConsumer: false);
        ValueRules.Count(scope.Field("keys"), rule.Keys.Count, 0, MostPlaces);
        scope.Each("keys", rule.Keys, Check);
        ValueRules.Count(scope.Field("consumers"), rule.Consumers.Count, 0, MostConsumers);
        ValueRules.Count(scope.Field("plans"), rule.Plans.Count, 0, MostConsumers);
        scope.Each("consumers", rule.Consumers, static (item, name) => item.Require(DnsNames.IsObjectName(name), $"expected the name of an ApiConsumer, found \"{name}\""));
        scope.Each("plans", rule.Plans, static (item, name) => item.Require(DnsNames.IsObjectName(name), $"expected the name of an ApiPlan, found \"{name}\""));
    }

    private static void Check(FieldScope scope, KeyPlace place)
    {
        var isComplete = place.PlaceCase switch
        {
            KeyPlace.PlaceOneofCase.Header => HeaderRules.IsToken(place.Header) && !place.Header.Equals("host", StringComparison.OrdinalIgnoreCase),
            KeyPlace.PlaceOneofCase.QueryParameter => place.QueryParameter.Length is > 0 and <= LongestName,
            KeyPlace.PlaceOneofCase.Authorization => HeaderRules.IsToken(place.Authorization),
            _ => false,
        };
        scope.Require(isComplete, "expected one of header (its name), queryParameter (its name), authorization (the scheme, such as Bearer)");
    }
}
