namespace Mesh.ControlPlane.Hosting.Options;

/// <summary>Finds all that is wrong with the settings of the store.</summary>
internal static class StoreOptionsRules
{
    private const int MostObjects = 1_000_000;

    public static void Check(MeshControlPlaneOptions options, List<string> errors)
    {
        var hasFolder = options.ConfigFolder is { Length: > 0 };
        if (options.Store is { } store && !Enum.IsDefined(store))
        {
            errors.Add($"{Key(nameof(options.Store))}: expected one of {string.Join(", ", Enum.GetNames<ControlPlaneStore>())}, got '{store}'.");
        }
        else if (options.Store == ControlPlaneStore.Folder && !hasFolder)
        {
            errors.Add($"{Key(nameof(options.ConfigFolder))}: expected the folder of the store (--config DIR), got none.");
        }
        else if (options.Store == ControlPlaneStore.Memory && hasFolder)
        {
            errors.Add($"{Key(nameof(options.Store))}: expected {nameof(ControlPlaneStore.Folder)} with {nameof(options.ConfigFolder)}, got {nameof(ControlPlaneStore.Memory)}.");
        }

        if (options.Store == ControlPlaneStore.Kubernetes && (hasFolder || options.Resources.Count > 0))
        {
            errors.Add($"{Key(nameof(options.Store))}: expected no {nameof(options.ConfigFolder)} and no {nameof(options.Resources)} with Kubernetes: what they hold is applied to the cluster instead (kubectl apply).");
        }

        if (hasFolder && options.Resources.Count > 0)
        {
            errors.Add($"{Key(nameof(options.Resources))}: expected either {nameof(options.ConfigFolder)} or {nameof(options.Resources)}, got both.");
        }

        if (options.ConfigReadOnly && !hasFolder)
        {
            errors.Add($"{Key(nameof(options.ConfigReadOnly))}: expected {nameof(options.ConfigFolder)} with it (--config DIR), got none.");
        }

        if (options.ObjectsPerNamespace is < 1 or > MostObjects)
        {
            errors.Add($"{Key(nameof(options.ObjectsPerNamespace))}: expected a number from 1 to {MostObjects}, got {options.ObjectsPerNamespace}.");
        }
    }

    private static string Key(string key) => $"{MeshControlPlaneOptions.SectionName}:{key}";
}
