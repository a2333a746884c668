using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Config.Yaml;

namespace Mesh.ControlPlane.Kubernetes.Configuration;

/// <summary>Reads kubeconfig files as kubectl does: of several the first that says something wins.</summary>
internal sealed class Kubeconfig
{
    private const int LargestFile = 4 * 1024 * 1024;

    private readonly List<(YamlMapping Root, string Folder)> _files = [];

    private Kubeconfig()
    {
    }

    /// <param name="paths">Files that are not there count for nothing, unless there is but one.</param>
    /// <exception cref="KubernetesFailure">A file cannot be read.</exception>
    public static Kubeconfig Load(IReadOnlyList<string> paths)
    {
        var config = new Kubeconfig();
        foreach (var path in paths.Where(path => paths.Count == 1 || File.Exists(path)))
        {
            try
            {
                if (new FileInfo(path).Length > LargestFile)
                {
                    throw new KubernetesFailure($"{path} has more than {LargestFile} bytes: is it a kubeconfig?");
                }

                if (YamlTreeReader.Read(new YamlText(File.ReadAllText(path), 1), YamlLimits.Default) is YamlMapping root)
                {
                    config._files.Add((root, Path.GetDirectoryName(Path.GetFullPath(path))!));
                }
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or YamlFormatException || (exception is IOException and not KubernetesFailure))
            {
                throw new KubernetesFailure($"The kubeconfig {path} cannot be read: {exception.Message}", exception);
            }
        }

        return config;
    }

    /// <summary>What a context leads to.</summary>
    /// <param name="contextName">Null for the current one.</param>
    /// <param name="allowInsecure">Whether a cluster may go without verification.</param>
    /// <param name="execTimeout">Of credential plugins.</param>
    /// <exception cref="KubernetesFailure">It is not there, or cannot be used.</exception>
    public KubernetesAccess Read(string? contextName, bool allowInsecure, TimeSpan execTimeout)
    {
        contextName ??= _files.Select(file => Text(file.Root, "current-context")).FirstOrDefault(name => !string.IsNullOrEmpty(name))
            ?? throw new KubernetesFailure("The kubeconfig has no current-context; name one (--context NAME).");
        var context = Find("contexts", "context", contextName).Entry;
        var (cluster, clusterFolder) = Find("clusters", "cluster", Text(context, "cluster") ?? "");
        var server = Text(cluster, "server");
        if (!Uri.TryCreate(server, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new KubernetesFailure($"Context {contextName}: expected the address of a server, got '{server}'.");
        }

        var isInsecure = Text(cluster, "insecure-skip-tls-verify") == "true";
        if (isInsecure && !allowInsecure)
        {
            throw new KubernetesFailure($"Context {contextName} turns the verification of the server off (insecure-skip-tls-verify); give its roots (certificate-authority), or set AllowInsecure in a closed test network.");
        }

        var access = new KubernetesAccess(new Uri(address.ToString().TrimEnd('/') + "/"))
        {
            Roots = DataOrFile(cluster, "certificate-authority", clusterFolder),
            TlsServerName = Text(cluster, "tls-server-name"),
            IsInsecure = isInsecure,
            Proxy = Text(cluster, "proxy-url") is { Length: > 0 } proxy ? ProxyOf(proxy) : null,
            Namespace = Text(context, "namespace") ?? "",
        };
        return Text(context, "user") is { Length: > 0 } userName ? WithUser(access, userName, execTimeout) : access;
    }

    private KubernetesAccess WithUser(KubernetesAccess access, string name, TimeSpan execTimeout)
    {
        var (user, folder) = Find("users", "user", name);
        if (user.Find("auth-provider") is not null)
        {
            throw new KubernetesFailure($"User {name}: auth-provider was removed from Kubernetes (1.26); use its exec plugin.");
        }

        return access with
        {
            ClientCertificate = DataOrFile(user, "client-certificate", folder) is { } certificate ? Certificate(name, certificate, DataOrFile(user, "client-key", folder)) : null,
            TokenFile = Text(user, "tokenFile") is { Length: > 0 } file ? Path.Combine(folder, file) : null,
            Token = Text(user, "token"),
            Basic = Text(user, "username") is { Length: > 0 } login ? (login, Text(user, "password") ?? "") : null,
            Plugin = user.Find("exec") is YamlMapping exec ? Plugin(name, exec, folder, execTimeout) : null,
        };
    }

    private static CredentialPlugin Plugin(string user, YamlMapping exec, string folder, TimeSpan timeout)
    {
        var version = Text(exec, "apiVersion") ?? "";
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            throw new KubernetesFailure($"User {user}: expected exec.apiVersion client.authentication.k8s.io/v1 or v1beta1, got '{version}'.");
        }

        return new CredentialPlugin(Text(exec, "command") ?? throw new KubernetesFailure($"User {user}: exec names no command."), [.. Items(exec, "args").OfType<YamlScalar>().Select(item => item.Text)], version)
        {
            Environment = [.. Items(exec, "env").OfType<YamlMapping>().Select(item => (Text(item, "name") ?? "", Text(item, "value") ?? "")).Where(item => item.Item1.Length > 0)],
            WorkingFolder = folder,
            InstallHint = Text(exec, "installHint") ?? "",
            WantsCluster = Text(exec, "provideClusterInfo") == "true",
            Timeout = timeout,
        };
    }

    /// <summary>A certificate with its key, both in PEM.</summary>
    /// <exception cref="KubernetesFailure">They are not.</exception>
    public static X509Certificate2 Certificate(string user, string certificate, string? key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(certificate, key ?? throw new KubernetesFailure($"User {user} has a client-certificate and no client-key."));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new KubernetesFailure($"User {user}: the client certificate and its key cannot be used: {exception.Message}", exception);
        }
    }

    private (YamlMapping Entry, string Folder) Find(string list, string field, string name)
    {
        foreach (var (root, folder) in _files)
        {
            if (Items(root, list).OfType<YamlMapping>().FirstOrDefault(item => Text(item, "name") == name)?.Find(field) is YamlMapping found)
            {
                return (found, folder);
            }
        }

        var known = string.Join(", ", _files.SelectMany(file => Items(file.Root, list)).OfType<YamlMapping>().Select(item => Text(item, "name")));
        throw new KubernetesFailure($"The kubeconfig has no {field} '{name}'; it has: {(known.Length > 0 ? known : "none")}.");
    }

    private static string? DataOrFile(YamlMapping entry, string field, string folder)
    {
        if (Text(entry, field + "-data") is { Length: > 0 } data)
        {
            try
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
            catch (FormatException exception)
            {
                throw new KubernetesFailure($"The kubeconfig's {field}-data is not Base64.", exception);
            }
        }

        if (Text(entry, field) is not { Length: > 0 } file)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesFailure($"The kubeconfig's {field} cannot be read: {exception.Message}", exception);
        }
    }

    private static Uri ProxyOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5"
            ? new Uri(text)
            : throw new KubernetesFailure($"The kubeconfig's proxy-url: expected an http, https or socks5 URI, got '{text}'.");

    private static IEnumerable<YamlNode> Items(YamlMapping mapping, string field) => mapping.Find(field) is YamlSequence items ? items.Items : [];

    private static string? Text(YamlMapping mapping, string field) => (mapping.Find(field) as YamlScalar) is { Kind: not YamlScalarKind.Null } scalar ? scalar.Text : null;
}
