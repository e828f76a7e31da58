/** What is counted, and how each is called. The API's names are the keys. */

export const METRICS = {
  engagements: "Engagements",
  views: "Views",
  impressions: "Impressions",
  skips: "Skips",
  likes: "Likes",
  comments: "Comments",
  shares: "Shares",
  saves: "Saves",
  profile_views: "Profile views",
  followers_gained: "Followers gained",
  posts: "Posts",
};

const MARKS = ["likes", "comments", "shares", "saves"];

export const valueOf = (figures, metric) =>
  metric === "engagements" ? MARKS.reduce((sum, name) => sum + figures[name], 0) : figures[metric];
