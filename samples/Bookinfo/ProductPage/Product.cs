using System.Globalization;
using System.Text.Json.Serialization;

namespace Bookinfo.ProductPage;

/// <summary>A product of the catalogue, which holds one book.</summary>
internal sealed record Product(int Id, string Title, string DescriptionHtml)
{
    public static Product TheComedyOfErrors { get; } = new(
        0,
        "The Comedy of Errors",
        "<a href=\"https://en.wikipedia.org/wiki/The_Comedy_of_Errors\">Wikipedia Summary</a>: an early comedy by <b>William Shakespeare</b> "
        + "about two pairs of twins, separated at birth, who are taken for one another. It is among his shortest plays and lives from "
        + "slapstick, puns and mistaken identity.");

    [JsonIgnore]
    public string IdText => Id.ToString(CultureInfo.InvariantCulture);
}
