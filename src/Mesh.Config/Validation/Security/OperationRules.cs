using Mesh.Config.Istio.Security;

namespace Mesh.Config.Validation.Security;

/// <summary>What a rule is about.</summary>
internal static class OperationRules
{
    public static void Check(FieldScope scope, Operation operation, bool pathsAreRoutes)
    {
        scope.Require(operation.CalculateSize() > 0, "must say something; remove the operation to mean everything");
        ValueListRules.NotEmpty(scope, "hosts", operation.Hosts);
        ValueListRules.NotEmpty(scope, "notHosts", operation.NotHosts);
        ValueListRules.Ports(scope, "ports", operation.Ports);
        ValueListRules.Ports(scope, "notPorts", operation.NotPorts);
        ValueListRules.NotEmpty(scope, "methods", operation.Methods);
        ValueListRules.NotEmpty(scope, "notMethods", operation.NotMethods);
        ValueListRules.NotEmpty(scope, "paths", operation.Paths);
        ValueListRules.NotEmpty(scope, "notPaths", operation.NotPaths);
        if (!pathsAreRoutes)
        {
            scope.Each("paths", operation.Paths, PathTemplateRules.Check);
            scope.Each("notPaths", operation.NotPaths, PathTemplateRules.Check);
        }
    }
}
