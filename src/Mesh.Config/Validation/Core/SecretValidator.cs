using Mesh.Config.Kubernetes.Core;

namespace Mesh.Config.Validation.Core;

/// <summary>Kubernetes' rules for Secrets: the keys that each type must have, and the names of keys.</summary>
internal sealed class SecretValidator() : SpecValidator<Secret>(KubernetesKinds.Secret)
{
    private const int LargestContent = 1024 * 1024;
    private const int LongestKey = 253;

    protected override void Validate(FieldScope scope, Secret spec, Resource resource)
    {
        foreach (var (field, keys) in new[] { ("data", spec.Data.Keys), ("stringData", spec.StringData.Keys) })
        {
            foreach (var key in keys)
            {
                scope.Entry(field, key).Require(IsKey(key), $"the key \"{key}\" must be letters, digits, -, _ and ., at most {LongestKey} characters");
            }
        }

        var size = spec.Data.Values.Sum(value => (long)value.Length) + spec.StringData.Values.Sum(value => (long)value.Length);
        scope.Field("data").Require(size <= LargestContent, $"the values have {size} bytes together; at most {LargestContent} are allowed");
        foreach (var key in RequiredKeys(spec.Type))
        {
            scope.Entry("data", key).Require(
                spec.Data.ContainsKey(key) || spec.StringData.ContainsKey(key), $"a Secret of type {spec.Type} needs the key {key}");
        }
    }

    private static string[] RequiredKeys(string type) => type switch
    {
        "kubernetes.io/tls" => ["tls.crt", "tls.key"],
        "kubernetes.io/ssh-auth" => ["ssh-privatekey"],
        "kubernetes.io/dockercfg" => [".dockercfg"],
        "kubernetes.io/dockerconfigjson" => [".dockerconfigjson"],
        _ => [],
    };

    private static bool IsKey(string key) =>
        key.Length is > 0 and <= LongestKey && key is not ("." or "..") && key.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');
}
