using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Client.Model.Authorization;
using Mesh.Protocol.Envoy.Rbac;
using WireFilter = Mesh.Protocol.Envoy.Filters.Http.Rbac.RBAC;

namespace Mesh.Client.Xds.Decoders.Inbound.Authorization;

/// <summary>Decodes RBAC filters (gRFC A41); what cannot be evaluated is refused, as a policy that is left out would let requests pass.</summary>
internal static class RbacDecoder
{
    public const string FilterType = "envoy.extensions.filters.http.rbac.v3.RBAC";

    private const string StdoutAuditType = "envoy.extensions.rbac.audit_loggers.stream.v3.StdoutAuditLog";

    public static RbacFilter Decode(string name, WireFilter filter, DecodeErrors errors) => new(name)
    {
        Rules = Rules(filter.Rules, errors.In("rules")),
        Shadow = Rules(filter.ShadowRules, errors.In("shadow_rules")),
    };

    /// <summary>Null for none: nothing is enforced then.</summary>
    public static RbacRules? Rules(RBAC? rules, DecodeErrors errors)
    {
        if (rules is null)
        {
            return null;
        }

        CheckAudit(rules.AuditLoggingOptions, errors.In("audit_logging_options"));
        var policies = rules.Policies
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => Policy(pair.Key, pair.Value, errors.In($"policies[{pair.Key}]")));
        return new RbacRules(Action(rules.Action, errors), [.. policies]);
    }

    private static RbacAction Action(RBAC.Types.Action action, DecodeErrors errors)
    {
        switch (action)
        {
            case RBAC.Types.Action.Allow:
                return RbacAction.Allow;
            case RBAC.Types.Action.Deny:
                return RbacAction.Deny;
            case RBAC.Types.Action.Log:
                return RbacAction.Log;
            default:
                errors.Add($"action: expected ALLOW, DENY or LOG, got {(int)action}");
                return RbacAction.Deny;
        }
    }

    private static RbacPolicy Policy(string name, Policy policy, DecodeErrors errors)
    {
        if (policy.Condition is not null || policy.CheckedCondition is not null)
        {
            errors.Add("a condition in CEL is not supported (gRFC A41)");
        }

        return new RbacPolicy(
            name,
            Each(policy.Permissions, PermissionDecoder.Decode, "permissions", errors),
            Each(policy.Principals, PrincipalDecoder.Decode, "principals", errors));
    }

    /// <summary>All of them; an empty list is an error, because Envoy has no such policy and it is unclear whether it means all or none.</summary>
    public static ImmutableArray<RbacCondition> Each<T>(
        RepeatedField<T> items, Func<T, DecodeErrors, RbacCondition?> decode, string field, DecodeErrors errors)
    {
        if (items.Count == 0)
        {
            errors.Add($"{field}: expected at least one, got none");
        }

        return [.. items.Select((item, index) => decode(item, errors.In(field, index))).OfType<RbacCondition>()];
    }

    /// <summary>gRFC A59: an audit logger that is not known is refused unless it is optional. Ours writes to the process's own log.</summary>
    private static void CheckAudit(RBAC.Types.AuditLoggingOptions? options, DecodeErrors errors)
    {
        foreach (var logger in options?.LoggerConfigs ?? [])
        {
            var type = TypedConfig.TypeName(logger.AuditLogger?.TypedConfig?.TypeUrl ?? "");
            if (!logger.IsOptional && type != StdoutAuditType)
            {
                errors.Add($"audit logger '{type}' is not supported and not optional");
            }
        }
    }
}
