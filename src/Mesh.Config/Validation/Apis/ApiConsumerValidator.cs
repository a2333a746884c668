using Mesh.Config.Extensions;
using Mesh.Config.Validation.Rules;
using Key = Mesh.Config.Extensions.ApiConsumer.Types.Key;

namespace Mesh.Config.Validation.Apis;

/// <summary>Rules for ApiConsumer.</summary>
internal sealed class ApiConsumerValidator() : SpecValidator<ApiConsumer>(ResourceKinds.ApiConsumer)
{
    private const int MostKeys = 16;
    private const int HashDigits = 64;

    protected override void Validate(FieldScope scope, ApiConsumer spec, Resource resource)
    {
        ValueRules.Count(scope.Field("keys"), spec.Keys.Count, 0, MostKeys);
        RuleNames.Check(scope, "keys", spec.Keys, static key => key.Name);
        scope.Each("keys", spec.Keys, Check);
        scope.Field("plan").Require(spec.Plan.Length == 0 || DnsNames.IsObjectName(spec.Plan), $"expected the name of an ApiPlan, found \"{spec.Plan}\"");
    }

    private static void Check(FieldScope scope, Key key)
    {
        switch (key.SourceCase)
        {
            case Key.SourceOneofCase.Sha256:
                // What stands there may be the key itself: it is not repeated in the message.
                scope.Field("sha256").Require(
                    key.Sha256.Length == HashDigits && key.Sha256.All(char.IsAsciiHexDigit),
                    $"expected the SHA-256 of the key in {HashDigits} hexadecimal digits (meshctl api-key makes a key and its hash), found {key.Sha256.Length} characters");
                break;
            case Key.SourceOneofCase.Secret:
                scope.Field("secret").Field("name").Require(DnsNames.IsObjectName(key.Secret.Name), $"expected the name of a Secret, found \"{key.Secret.Name}\"");
                break;
            default:
                scope.Error("expected sha256, the hash of the key, or secret, where the key is kept");
                break;
        }

        scope.Field("notAfter").Require(key.NotAfter.Length == 0 || ApiTime.TryParse(key.NotAfter, out _), $"{ApiTime.Expected}, found \"{key.NotAfter}\"");
    }
}
