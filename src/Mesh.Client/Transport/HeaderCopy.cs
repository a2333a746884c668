using System.Net.Http.Headers;

namespace Mesh.Client.Transport;

/// <summary>Gives headers of one message to another as they are, neither parsed nor checked.</summary>
internal static class HeaderCopy
{
    public static void Copy(HttpHeaders source, HttpHeaders target)
    {
        foreach (var (name, values) in source.NonValidated)
        {
            if (values.Count == 1)
            {
                target.TryAddWithoutValidation(name, values.ToString());
            }
            else
            {
                target.TryAddWithoutValidation(name, values);
            }
        }
    }
}
